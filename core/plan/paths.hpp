// SPDX-License-Identifier: MIT
// Questions about absolute, normalised paths of the sandbox. [pure]
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace microbox::core {

/// "/" is 0, "/a" 1, "/a/b" 2.
[[nodiscard]] inline std::size_t depth_of(std::string_view path) {
    return path == "/" ? 0 : static_cast<std::size_t>(std::count(path.begin(), path.end(), '/'));
}

/// The path is the directory, or lies in it.
[[nodiscard]] inline bool lies_in(std::string_view path, std::string_view directory) {
    if (directory == "/")
        return true;
    return path.substr(0, directory.size()) == directory &&
           (path.size() == directory.size() || path[directory.size()] == '/');
}

} // namespace microbox::core
