// SPDX-License-Identifier: MIT
// The environment of the command: a few defaults, and what was asked for; nothing else is
// inherited.
#pragma once

#include "core/config/settings.hpp"

#include <microbox/sdk/result.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microbox::core {

struct CommandEnvironment {
    std::vector<std::string> entries; ///< "K=V", sorted by K
    std::string search_path;          ///< value of PATH
    std::vector<std::string>
        absent; ///< names that should be copied and that the caller does not have
};

/// The lines K=V of a file's text, in order. Errors: "FILE:LINE: " and what is wrong there. [pure]
[[nodiscard]] sdk::Result<std::vector<std::pair<std::string, std::string>>>
parse_variables(std::string_view text, const std::string& file);

/// Per origin the files first, then --env; the last one wins. Errors: a name that is none, a file
/// that cannot be read or has a line that is not K=V. `terminal_type`: the caller's TERM where the
/// command has a terminal, else "".
[[nodiscard]] sdk::Result<CommandEnvironment>
make_environment(const Settings& settings,
                 const std::function<const char*(const char*)>& caller_variable,
                 const std::string& terminal_type = {});

} // namespace microbox::core
