// SPDX-License-Identifier: MIT
// The cgroup file systems of the host, read from /proc/self/mountinfo. [pure]
#pragma once

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

/// The words of a line or of a file like cgroup.controllers.
[[nodiscard]] std::vector<std::string> split(std::string_view text, std::string_view separators);

} // namespace microbox::limit_cgroup
