// SPDX-License-Identifier: MIT
// Helper programs of the host, found on the caller's PATH and run with a clean environment.
#pragma once

#include <microbox/sdk/result.hpp>

#include <string>
#include <vector>

namespace microbox::core {

/// Where a program is; "" when it is nowhere on the PATH.
[[nodiscard]] std::string find_helper(const std::string& name);

/// Runs a program by name, waits for it. Returns what it wrote to its standard output. Errors: it
/// is nowhere, or its exit code is not 0; with the first line of what it said on standard error.
[[nodiscard]] sdk::Result<std::string> output_of(const std::vector<std::string>& words);

} // namespace microbox::core
