// SPDX-License-Identifier: MIT
// v2: root makes the run's cgroup at the top. A plain user makes it below the nearest cgroup that
// is his, or below a scope that his systemd makes for it.
#include "files.hpp"
#include "place.hpp"
#include "user_manager.hpp"
#include "version.hpp"

#include <microbox/sdk/facts.hpp>

#include <optional>

namespace microbox::limit_cgroup {

namespace {

using Kind = sdk::FactQuery::Kind;

struct Candidate {
    std::string directory;
    std::string path;
};

/// Our own cgroup and those above it, as far as the mount shows them; nearest first.
std::vector<Candidate> candidates(const CgroupMount& mount, const sdk::Facts& facts) {
    std::vector<Candidate> list;
    auto path = path_of(facts.text(own_cgroup_file), "");
    while (path) {
        const auto directory = seen_at(mount, *path);
        if (!directory)
            break;
        list.push_back({*directory, *path});
        if (*path == mount.root || *path == "/")
            break;
        path->resize(path->rfind('/'));
        if (path->empty())
            *path = "/";
    }
    return list;
}

/// More limits held; and nothing moved for it.
bool is_better(const Place& place, const std::optional<Place>& than) {
    if (!than || place.held.size() != than->held.size())
        return !than || place.held.size() > than->held.size();
    return !place.leave && than->leave;
}

/// The top is where root looks first; only when that does not hold all, the chain matters.
Place top_of(const CgroupMount& mount,
             const sdk::Facts& facts,
             const Wish& wish,
             const Caller& caller) {
    return look_at_place(mount.point, mount.root, facts, wish.controllers, caller);
}

bool all_held(const Place& place, const Wish& wish) {
    return place.held.size() == wish.controllers.size();
}

Layout to_layout(const Place& place) {
    Layout layout;
    layout.held = place.held;
    layout.why = place.why;
    layout.remedy = place.remedy;
    if (!place.held.empty())
        layout.cgroup = V2Layout{place.directory, place.path, place.to_enable, place.leave, {}};
    return layout;
}

Layout in_a_scope(const CgroupMount& mount,
                  const UserManager& manager,
                  const Caller& caller,
                  const Wish& wish) {
    Layout layout;
    layout.held = manager.held;
    // A new cgroup: nothing is enabled below it, and we are in it.
    layout.cgroup = V2Layout{mount.point, mount.root, manager.held, true, bus_socket(caller.uid)};
    if (manager.held.size() < wish.controllers.size()) {
        layout.why = "the user's systemd has only the controllers " + words_of(manager.held);
        layout.remedy = "as root: systemctl edit user@.service, in [Service] Delegate=cpu cpuset "
                        "io memory pids; then log in anew";
    }
    return layout;
}

/// What is said of a caller who has no cgroup of his own at all.
void blame_rights(const Caller& caller, bool managed, Layout& layout) {
    if (!layout.why.empty() && !layout.remedy.empty())
        return;
    layout.why = "the caller has no cgroup of his own here, and no systemd of his runs";
    layout.remedy = "loginctl enable-linger " + std::to_string(caller.uid) +
                    ", a login with a user session, or root";
    if (managed)
        layout.why = "the caller has no cgroup of his own here";
}

} // namespace

std::vector<sdk::FactQuery>
v2_questions(const CgroupMount& mount, const sdk::Facts& facts, const Wish& wish) {
    std::vector<sdk::FactQuery> questions;
    const auto add = [&](std::vector<sdk::FactQuery> more) {
        questions.insert(questions.end(), more.begin(), more.end());
    };
    if (mount.read_only)
        return questions;
    if (wish.privileged) {
        add(place_questions(mount.point));
        if (!inhabitants_matter(mount.point, facts, wish.controllers))
            return questions;
        // A container's own top: what lives in it may leave us one below.
        add({inhabitants_of(mount.point),
             {Kind::text, own_cgroup_file},
             {Kind::text, status_file}});
    }
    for (const Candidate& candidate : candidates(mount, facts)) {
        add(place_questions(candidate.directory));
        add({inhabitants_of(candidate.directory)});
    }
    if (!wish.privileged && facts.has({Kind::text, status_file}))
        add(manager_questions(mount, read_caller(facts.text(status_file), false).uid));
    return questions;
}

Layout v2_layout(const CgroupMount& mount, const sdk::Facts& facts, const Wish& wish) {
    if (mount.read_only) {
        Layout layout;
        blame_read_only(mount, layout);
        return layout;
    }
    const Caller caller = read_caller(facts.text(status_file), wish.privileged);
    std::optional<Place> best;
    if (wish.privileged)
        best = top_of(mount, facts, wish, caller);
    if (!best || !all_held(*best, wish))
        for (const Candidate& candidate : candidates(mount, facts)) {
            Place place =
                look_at_place(candidate.directory, candidate.path, facts, wish.controllers, caller);
            if (is_better(place, best))
                best = std::move(place);
        }
    Layout layout = best ? to_layout(*best) : Layout{};
    if (wish.privileged)
        return layout;
    const UserManager manager = look_at_manager(mount, caller.uid, facts, wish.controllers);
    // One writer for each cgroup: below a systemd's own, what is not delegated may be taken back.
    const bool not_ours = !best || best->held.empty() || is_managed(best->path);
    if (manager.runs && (not_ours || manager.held.size() > layout.held.size()))
        return in_a_scope(mount, manager, caller, wish);
    if (layout.held.size() < wish.controllers.size())
        blame_rights(caller, manager.runs, layout);
    return layout;
}

} // namespace microbox::limit_cgroup
