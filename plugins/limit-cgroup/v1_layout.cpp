// SPDX-License-Identifier: MIT
// v1: each controller on a mount of its own or with others. Root makes the run's cgroups directly
// below the mount points, a plain user below his own where an administrator has given him one.
#include "files.hpp"
#include "version.hpp"

#include <algorithm>
#include <optional>

namespace microbox::limit_cgroup {

namespace {

using Kind = sdk::FactQuery::Kind;

/// The caller's own cgroup in the hierarchy of a mount; nothing when it is not seen there.
std::optional<V1Directory>
own_directory(const CgroupMount& mount, Controller controller, const sdk::Facts& facts) {
    const auto path = path_of(facts.text(own_cgroup_file), to_word(controller));
    const auto directory = path ? seen_at(mount, *path) : std::nullopt;
    if (!directory)
        return std::nullopt;
    return V1Directory{*directory, *path, {}};
}

} // namespace

const CgroupMount* v1_mount(const std::vector<CgroupMount>& mounts, Controller controller) {
    return best_mount(mounts, [&](const CgroupMount& mount) {
        return mount.version == 1 && has(mount.controllers, to_word(controller));
    });
}

std::vector<sdk::FactQuery>
v1_questions(const std::vector<CgroupMount>& mounts, const sdk::Facts& facts, const Wish& wish) {
    std::vector<sdk::FactQuery> questions;
    if (wish.privileged)
        return questions;
    for (const Controller controller : basic_controllers())
        if (const CgroupMount* mount = v1_mount(mounts, controller))
            if (const auto own = own_directory(*mount, controller, facts))
                questions.push_back({Kind::path, own->point});
    return questions;
}

void blame(Layout& layout, std::string why, std::string remedy) {
    if (!layout.why.empty())
        return;
    layout.why = std::move(why);
    layout.remedy = std::move(remedy);
}

void blame_read_only(const CgroupMount& mount, Layout& layout) {
    blame(layout,
          "the cgroup file system " + mount.point + " is mounted read-only",
          "mount -o remount,rw " + mount.point +
              ", or start the surrounding container with its cgroups writable");
}

namespace {

/// Below which directory the cgroup of a controller is made; nothing, and who is to blame.
std::optional<V1Directory> directory_for(Controller controller,
                                         const std::vector<CgroupMount>& mounts,
                                         const sdk::Facts& facts,
                                         const Caller& caller,
                                         Layout& layout) {
    const std::string word = to_word(controller);
    if (controller == Controller::io) {
        blame(layout,
              "the controllers are on cgroup v1, which does not see what is written through the "
              "page cache",
              "a host with cgroup v2 (systemd.unified_cgroup_hierarchy=1)");
        return std::nullopt;
    }
    const CgroupMount* mount = v1_mount(mounts, controller);
    if (mount == nullptr) {
        blame(layout,
              "the cgroup controller " + word + " is not mounted",
              (controller == Controller::memory
                   ? "boot with cgroup_enable=memory where the kernel has it off; "
                   : "") +
                  ("mount -t cgroup -o " + word + " cgroup /sys/fs/cgroup/" + word));
        return std::nullopt;
    }
    if (mount->read_only) {
        blame_read_only(*mount, layout);
        return std::nullopt;
    }
    if (caller.privileged)
        return V1Directory{mount->point, mount->root, {}};
    auto own = own_directory(*mount, controller, facts);
    if (own && may_write(caller, facts.path(own->point)))
        return own;
    blame(layout,
          "the cgroups of this host are v1 and belong to root",
          "run as root, or on a host with cgroup v2");
    return std::nullopt;
}

} // namespace

Layout
v1_layout(const std::vector<CgroupMount>& mounts, const sdk::Facts& facts, const Wish& wish) {
    Layout layout;
    V1Layout v1;
    const Caller caller = read_caller(facts.text(status_file), wish.privileged);
    for (const Controller controller : wish.controllers) {
        const auto directory = directory_for(controller, mounts, facts, caller, layout);
        if (!directory)
            continue;
        layout.held.push_back(controller);
        const auto same =
            std::find_if(v1.directories.begin(), v1.directories.end(), [&](const auto& known) {
                return known.point == directory->point;
            });
        if (same == v1.directories.end())
            v1.directories.push_back({directory->point, directory->root, {controller}});
        else
            same->controllers.push_back(controller);
    }
    if (!v1.directories.empty())
        layout.cgroup = std::move(v1);
    return layout;
}

} // namespace microbox::limit_cgroup
