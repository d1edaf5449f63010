// SPDX-License-Identifier: MIT
// What every verb does with standard output and with its errors.
#pragma once

#include <microbox/sdk/result.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace microbox::cli {

/// Closed standard streams become /dev/null: a file that is opened later must not take their place.
void open_standard_streams();

/// Writes all of it to standard output. Returns the exit code: 0, or 125 when it could not.
[[nodiscard]] int print(const std::string& text);

/// Prints an error and returns its exit code.
[[nodiscard]] int failed(const sdk::Error& error);

/// For verbs that have flags and nothing else. Errors: any other word, with the nearest flag.
[[nodiscard]] sdk::Result<std::vector<std::string>>
only_flags(const std::vector<std::string>& words, std::initializer_list<const char*> flags);

/// True when the flag is among the words.
[[nodiscard]] bool has(const std::vector<std::string>& words, std::string_view flag);

/// "a, b, c", or `none` for an empty list.
[[nodiscard]] std::string listed(const std::vector<std::string>& words);

/// The text with blanks behind it, `width` columns.
[[nodiscard]] std::string padded(std::string text, std::size_t width);

} // namespace microbox::cli
