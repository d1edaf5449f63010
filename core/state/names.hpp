// SPDX-License-Identifier: MIT
// The names in a folder that is held by descriptor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace microbox::core {

/// In any order, without dot files; at most `most`. Empty when the folder cannot be read.
[[nodiscard]] std::vector<std::string> names_in(int folder, std::size_t most = SIZE_MAX);

} // namespace microbox::core
