// SPDX-License-Identifier: MIT
// What the plugin calls its things on the host.
#pragma once

#include <string>

namespace microbox::net_bridge {

constexpr const char* bridge_name = "mbx0";
constexpr const char* inside_name = "eth0";
constexpr const char* ip_table = "inet microbox";
constexpr const char* frame_table = "bridge microbox";

/// The host's end of a sandbox's link: a name is never used twice, so that a link which has not
/// quite gone yet is in nobody's way. 15 characters are what the kernel takes (IFNAMSIZ).
[[nodiscard]] inline std::string link_name(const std::string& run_id) {
    return "mbxv" + run_id.substr(0, 11);
}

} // namespace microbox::net_bridge
