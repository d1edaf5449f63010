// SPDX-License-Identifier: MIT
// Quoting of text that others have written before it is printed: no escape sequence reaches a
// terminal.
#pragma once

#include <string>
#include <string_view>

namespace microbox::core {

/// Control characters (C0, DEL, C1 as UTF-8) become \xNN; \n and \t too. The rest stays. [pure]
[[nodiscard]] std::string quote_controls(std::string_view text);

/// A JSON string with its quotes; bytes that are no UTF-8 become U+FFFD. [pure]
[[nodiscard]] std::string json_string(std::string_view text);

} // namespace microbox::core
