// SPDX-License-Identifier: MIT
// The four roles of a plugin and the prefixes of their names. Roles are all that the core knows.
#pragma once

#include <array>
#include <string_view>

namespace microbox::core {

struct Role {
    const char* word;   ///< as in a descriptor: "filesystem"
    const char* prefix; ///< of every plugin of the role
    const char* option; ///< that chooses the mode; nullptr for layers, of which all take part
};

inline constexpr std::array<Role, 4> roles{{
    {"filesystem", "fs-", "fs"},
    {"network", "net-", "net"},
    {"limit", "limit-", nullptr},
    {"security", "sec-", nullptr},
}};

inline constexpr const Role& filesystem_role = roles[0];
inline constexpr const Role& network_role = roles[1];

/// The role that a plugin's name says; nullptr when it is no plugin's name (lower-case letters,
/// digits and '-' after a prefix). [pure]
[[nodiscard]] const Role* role_of_name(std::string_view name);

} // namespace microbox::core
