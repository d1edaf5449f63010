// SPDX-License-Identifier: MIT
// The beginning of every verb that takes the options of a run.
#pragma once

#include "cli/verbs.hpp"
#include "core/config/invocation.hpp"

#include <optional>
#include <vector>

namespace microbox::cli {

/// Reads the words and looks who calls. An exit code: the verb has been answered, by --help,
/// --version or an error; nullopt: it goes on with the invocation.
[[nodiscard]] std::optional<int> understand(const Words& words,
                                            const std::vector<MbxOption>& verb_options,
                                            core::Command command,
                                            core::Invocation& invocation);

} // namespace microbox::cli
