// SPDX-License-Identifier: MIT
// The cgroup file systems of the host, read from /proc/self/mountinfo. [pure]
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace microbox::limit_cgroup {

struct CgroupMount {
    int version = 1;
    std::string point; ///< "/sys/fs/cgroup/memory"
    std::string root;  ///< the cgroup that is seen there, as /proc/PID/cgroup counts: "/"
    bool read_only = false;
    std::vector<std::string>
        controllers; ///< v1: the options of the super block, controllers among them
};

/// All of them, in the order of the file. Lines that are not understood are left out.
[[nodiscard]] std::vector<CgroupMount> cgroup_mounts(std::string_view mountinfo);

/// The mount that shows most of its hierarchy, and can be written: a bind of a part of it is found
/// elsewhere as well. nullptr when none is accepted.
template <class Accepts>
[[nodiscard]] const CgroupMount* best_mount(const std::vector<CgroupMount>& mounts,
                                            Accepts accepts) {
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

/// The directory of a cgroup below a mount; nothing when it is not seen there.
[[nodiscard]] std::optional<std::string> seen_at(const CgroupMount& mount, std::string_view path);

/// The words of a line or of a file like cgroup.controllers.
[[nodiscard]] std::vector<std::string> split(std::string_view text, std::string_view separators);

} // namespace microbox::limit_cgroup
