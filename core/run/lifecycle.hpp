// SPDX-License-Identifier: MIT
// The page to read first: one run from the request to the exit code.
#pragma once

#include "core/plugin/loaded.hpp"
#include "core/run/request.hpp"
#include "core/verify/examination.hpp"

namespace microbox::core {

/// Runs the command in a sandbox and cleans up after it. Prints its own errors through core/log.
/// Returns the exit code: the command's, 124 time limit, 125 microbox failed, 126 not executable,
/// 127 not found, 128+n killed by signal n.
/// With an examination the prober stands in the command's place, and what is not as planned does
/// not end the run.
[[nodiscard]] int
run(const RunRequest& request, PluginSet& plugins, Examination* examination = nullptr);

} // namespace microbox::core
