// SPDX-License-Identifier: MIT
// Release: gives back what a journal names, newest first, through the plugins that took it. The
// same code at the end of a run, after a failure, and after a crash by another process.
#pragma once

#include "core/state/journal.hpp"

#include <microbox/sdk/plugin.hpp>
#include <microbox/sdk/result.hpp>

#include <functional>
#include <string>
#include <vector>

namespace microbox::core {

/// Finds the instance that cleans up for a plugin's name; the core owns it.
using FindPlugin = std::function<sdk::Result<sdk::Plugin*>(const std::string& name)>;

/// Errors are logged and counted; the others are released all the same. Returns the failures.
[[nodiscard]] std::vector<std::string> release(const std::string& run_id,
                                               const std::vector<JournalEntry>& entries,
                                               const FindPlugin& find);

} // namespace microbox::core
