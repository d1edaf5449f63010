// SPDX-License-Identifier: MIT
// The kernel's own account of a process's mounts. [pure]
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace microbox::core {

struct MountLine {
    std::string point;   ///< unescaped
    std::string options; ///< of the mount: "ro,nosuid,nodev,relatime,idmapped"
    std::string type;

    [[nodiscard]] bool has(std::string_view option) const;
};

/// proc_pid_mountinfo(5). Lines that are not understood are left out of no comparison: they come back
/// with an empty type.
[[nodiscard]] std::vector<MountLine> parse_mountinfo(std::string_view text);

} // namespace microbox::core
