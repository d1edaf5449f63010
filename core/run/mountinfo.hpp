// SPDX-License-Identifier: MIT
// The kernel's own account of a process's mounts. [pure]
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace microbox::core {

struct MountLine {
    unsigned id = 0;
    unsigned parent = 0;
    std::string point;   ///< unescaped
    std::string options; ///< of the mount: "ro,nosuid,nodev,relatime,idmapped"
    std::string type;
    bool hears_host = false; ///< what is mounted below it elsewhere shows here: shared, or a slave

    [[nodiscard]] bool has(std::string_view option) const;
};

/// Only the mounts that a path can reach: not those that another one lies over.
[[nodiscard]] std::vector<MountLine> visible_mounts(const std::vector<MountLine>& mounts);

/// proc_pid_mountinfo(5). Lines that are not understood are left out of no comparison: they come
/// back with an empty type.
[[nodiscard]] std::vector<MountLine> parse_mountinfo(std::string_view text);

/// The first mount below a point that hides a part of the file system there: not one on a directory
/// that is always empty, as binfmt_misc's.
[[nodiscard]] std::optional<std::string> first_cover(const std::vector<MountLine>& mounts,
                                                     const std::string& point);

} // namespace microbox::core
