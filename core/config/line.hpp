// SPDX-License-Identifier: MIT
// A command line after its grammar: options with values, and the command. The seam to Boost.
#pragma once

#include "core/config/options.hpp"

#include <microbox/sdk/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace microbox::core {

/// One option as it was written.
struct Word {
    std::string name;    ///< long name in the table; as written when the table does not have it
    std::string written; ///< "--network", "-v"
    std::string value;   ///< "" for a flag
    bool known = false;
};

struct Line {
    std::vector<Word> options;
    std::vector<std::string> bare;    ///< words before "--" that belong to no option
    std::vector<std::string> command; ///< what follows the first "--"
    bool has_command = false;         ///< there was a "--"
};

/// Options that the table does not have are kept, and so are bare words: the first look at a line
/// does not know the plugins yet, and the words about what is unknown are the caller's. Errors: a
/// missing, empty or needless value; an option twice that cannot be repeated.
[[nodiscard]] sdk::Result<Line> parse_line(const std::vector<std::string>& words,
                                           const OptionTable& table);

} // namespace microbox::core
