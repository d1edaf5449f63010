// SPDX-License-Identifier: MIT
// Chooses between v1 and v2, controller by controller.
#include "layout.hpp"

#include "mounts.hpp"

#include <algorithm>
#include <optional>

namespace microbox::limit_cgroup {

namespace {

using Kind = sdk::FactQuery::Kind;

std::string controllers_file(const CgroupMount& mount) {
    return mount.point + "/cgroup.controllers";
}

std::string enabled_file(const CgroupMount& mount) {
    return mount.point + "/cgroup.subtree_control";
}

bool has(const std::vector<std::string>& words, const char* word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// The mount that shows most of its hierarchy: a bind of a part of it is found elsewhere as well.
template <class Accepts>
const CgroupMount* best(const std::vector<CgroupMount>& mounts, Accepts accepts) {
    const CgroupMount* found = nullptr;
    for (const CgroupMount& mount : mounts) {
        if (!accepts(mount))
            continue;
        const bool better =
            found == nullptr || (found->read_only && !mount.read_only) ||
            (found->read_only == mount.read_only && mount.root.size() < found->root.size());
        if (better)
            found = &mount;
    }
    return found;
}

const CgroupMount* v1_mount(const std::vector<CgroupMount>& mounts, Controller controller) {
    return best(mounts, [&](const CgroupMount& mount) {
        return mount.version == 1 && has(mount.controllers, to_word(controller));
    });
}

const CgroupMount* v2_mount(const std::vector<CgroupMount>& mounts) {
    return best(mounts, [](const CgroupMount& mount) { return mount.version == 2; });
}

bool all_on_v1(const std::vector<CgroupMount>& mounts) {
    return std::all_of(wanted.begin(), wanted.end(), [&](Controller controller) {
        return v1_mount(mounts, controller) != nullptr;
    });
}

sdk::Error cannot_write(const CgroupMount& mount) {
    return sdk::fail("the cgroup file system " + mount.point + " is mounted read-only",
                     "limits need it writable: mount -o remount,rw " + mount.point +
                         ", or start the surrounding container with its cgroups writable");
}

sdk::Result<Layout> v1_layout(const std::vector<CgroupMount>& mounts) {
    V1Layout layout;
    for (const Controller controller : wanted) {
        const CgroupMount& mount = *v1_mount(mounts, controller);
        if (mount.read_only)
            return cannot_write(mount);
        const auto same =
            std::find_if(layout.directories.begin(),
                         layout.directories.end(),
                         [&](const V1Directory& known) { return known.point == mount.point; });
        if (same == layout.directories.end())
            layout.directories.push_back({mount.point, mount.root, {controller}});
        else
            same->controllers.push_back(controller);
    }
    return Layout(std::move(layout));
}

} // namespace

const char* to_word(Controller controller) {
    switch (controller) {
    case Controller::cpu:
        return "cpu";
    case Controller::memory:
        return "memory";
    case Controller::pids:
        return "pids";
    }
    return "?";
}

std::vector<sdk::FactQuery> layout_questions(const sdk::Facts& facts) {
    if (!facts.has({Kind::text, mountinfo_file}))
        return {{Kind::text, mountinfo_file}};
    const auto mounts = cgroup_mounts(facts.text(mountinfo_file));
    const CgroupMount* unified = v2_mount(mounts);
    if (unified == nullptr || all_on_v1(mounts))
        return {};
    return {{Kind::text, controllers_file(*unified)}, {Kind::text, enabled_file(*unified)}};
}

sdk::Result<Layout> choose_layout(const sdk::Facts& facts) {
    const auto mounts = cgroup_mounts(facts.text(mountinfo_file));
    if (all_on_v1(mounts))
        return v1_layout(mounts);

    const CgroupMount* unified = v2_mount(mounts);
    if (unified == nullptr && std::none_of(mounts.begin(), mounts.end(), [](const auto& mount) {
            return mount.version == 1;
        }))
        return sdk::fail("no cgroup file system is mounted, so no limit can be held",
                         "mount -t cgroup2 cgroup2 /sys/fs/cgroup");
    V2Layout layout;
    std::vector<std::string> on_v1;
    std::vector<std::string> there;
    std::vector<std::string> enabled;
    if (unified != nullptr) {
        layout.point = unified->point;
        layout.root = unified->root;
        there = split(facts.text(controllers_file(*unified)), " \n");
        enabled = split(facts.text(enabled_file(*unified)), " \n");
    }
    for (const Controller controller : wanted) {
        const char* word = to_word(controller);
        if (v1_mount(mounts, controller) != nullptr) {
            on_v1.emplace_back(word);
            continue;
        }
        if (!has(there, word))
            return sdk::fail(std::string("the cgroup controller ") + word +
                                 " is not on this host, neither as v1 nor as v2",
                             remedy(controller));
        if (!has(enabled, word))
            layout.to_enable.push_back(controller);
    }
    if (!on_v1.empty())
        return sdk::fail(
            "the cgroup controller " + on_v1.front() +
                " is on v1 and others are on v2: limits need cpu, memory and pids on one",
            "mount all three as v1, or none of them");
    if (unified->read_only)
        return cannot_write(*unified);
    return Layout(std::move(layout));
}

bool available(Controller controller, const sdk::Facts& facts) {
    const auto mounts = cgroup_mounts(facts.text(mountinfo_file));
    if (v1_mount(mounts, controller) != nullptr)
        return true;
    const CgroupMount* unified = v2_mount(mounts);
    return unified != nullptr &&
           has(split(facts.text(controllers_file(*unified)), " \n"), to_word(controller));
}

std::string remedy(Controller controller) {
    const std::string word = to_word(controller);
    const std::string boot = controller == Controller::memory
                                 ? "boot with cgroup_enable=memory where the kernel has it off; "
                                 : "";
    return boot + "v1: mount -t cgroup -o " + word + " cgroup /sys/fs/cgroup/" + word +
           "; v2: have " + word + " delegated to this cgroup (its parent's cgroup.subtree_control)";
}

} // namespace microbox::limit_cgroup
