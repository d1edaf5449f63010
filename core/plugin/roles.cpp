// SPDX-License-Identifier: MIT
// From a plugin's name to its role.
#include "core/plugin/roles.hpp"

#include <algorithm>

namespace microbox::core {

const Role* role_of_name(std::string_view name) {
    const bool word = std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (!word)
        return nullptr;
    for (const Role& role : roles) {
        const std::string_view prefix = role.prefix;
        if (name.size() > prefix.size() && name.substr(0, prefix.size()) == prefix)
            return &role;
    }
    return nullptr;
}

} // namespace microbox::core
