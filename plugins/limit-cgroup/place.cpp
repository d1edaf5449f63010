// SPDX-License-Identifier: MIT
// Rights, controllers and inhabitants of one cgroup decide (Documentation/admin-guide/
// cgroup-v2.rst, "Delegation" and "No Internal Process Constraint").
#include "place.hpp"

#include "mounts.hpp"

#include <algorithm>

namespace microbox::limit_cgroup {

namespace {

using Kind = sdk::FactQuery::Kind;

std::vector<std::string> words_in(const sdk::Facts& facts, const std::string& file) {
    return split(facts.text(file), " \n");
}

Controllers
missing_in(const sdk::Facts& facts, const std::string& directory, const Controllers& wanted) {
    const auto there = named_in(words_in(facts, directory + "/cgroup.controllers"), wanted);
    const auto enabled = named_in(words_in(facts, directory + "/cgroup.subtree_control"), wanted);
    Controllers missing;
    std::copy_if(there.begin(), there.end(), std::back_inserter(missing), [&](Controller c) {
        return !has(enabled, c);
    });
    return missing;
}

/// The root of all cgroups, and only that, has no such file; processes in it do not matter.
sdk::FactQuery not_in_the_root(const std::string& directory) {
    return {Kind::path, directory + "/cgroup.type"};
}

/// Whether a controller may be enabled for the cgroups below.
bool may_enable(Place& place, const sdk::Facts& facts, const Caller& caller) {
    if (!may_write(caller, facts.path(place.directory + "/cgroup.subtree_control"))) {
        place.why = "the controllers are not enabled below " + place.path;
        place.remedy = "have them enabled in its cgroup.subtree_control";
        return false;
    }
    const auto type = not_in_the_root(place.directory);
    if (!facts.get(type.kind, type.subject).exists)
        return true;
    const auto inhabitants = words_in(facts, inhabitants_of(place.directory).subject);
    if (inhabitants.empty())
        return true;
    place.leave = inhabitants.size() == 1 && inhabitants.front() == caller.pid;
    if (!place.leave) {
        place.why = "other processes live in " + place.path + " itself";
        place.remedy = "start microbox alone in a cgroup: systemd-run --user --scope -p "
                       "Delegate=yes microbox ...; or move the others into a cgroup below";
    }
    return place.leave;
}

} // namespace

std::vector<sdk::FactQuery> place_questions(const std::string& directory) {
    return {
        {Kind::text, directory + "/cgroup.controllers"},
        {Kind::text, directory + "/cgroup.subtree_control"},
        {Kind::path, directory},
        {Kind::path, directory + "/cgroup.procs"},
        {Kind::path, directory + "/cgroup.subtree_control"},
        not_in_the_root(directory),
    };
}

bool inhabitants_matter(const std::string& directory,
                        const sdk::Facts& facts,
                        const Controllers& wanted) {
    const auto type = not_in_the_root(directory);
    return facts.get(type.kind, type.subject).exists &&
           !missing_in(facts, directory, wanted).empty();
}

sdk::FactQuery inhabitants_of(const std::string& directory) {
    return {Kind::text, directory + "/cgroup.procs"};
}

Place look_at_place(const std::string& directory,
                    const std::string& path,
                    const sdk::Facts& facts,
                    const Controllers& wanted,
                    const Caller& caller) {
    Place place;
    place.directory = directory;
    place.path = path;
    // Moving a process needs the right over the files of the nearest cgroup above both ends.
    if (!may_write(caller, facts.path(directory)) ||
        !may_write(caller, facts.path(directory + "/cgroup.procs"))) {
        place.why = "the cgroup " + path + " is not the caller's";
        return place;
    }
    const auto there = named_in(words_in(facts, directory + "/cgroup.controllers"), wanted);
    const auto missing = missing_in(facts, directory, wanted);
    std::copy_if(there.begin(), there.end(), std::back_inserter(place.held), [&](Controller c) {
        return !has(missing, c);
    });
    if (there.size() < wanted.size()) {
        Controllers lacking;
        std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(lacking), [&](Controller c) {
            return !has(there, c);
        });
        place.why = "the cgroup " + path + " does not have the controllers " + words_of(lacking);
        place.remedy = "have them delegated: enabled in the cgroup.subtree_control of the cgroups "
                       "above; boot with cgroup_enable=memory where the kernel has that off";
    }
    if (!missing.empty() && may_enable(place, facts, caller)) {
        place.to_enable = missing;
        place.held = there;
    }
    return place;
}

} // namespace microbox::limit_cgroup
