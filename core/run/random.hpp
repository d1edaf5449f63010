// SPDX-License-Identifier: MIT
// Names that nobody can guess or repeat, from getrandom(2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace microbox::core {

[[nodiscard]] std::uint32_t random_number();

/// Lower-case letters and digits.
[[nodiscard]] std::string random_word(std::size_t length);

} // namespace microbox::core
