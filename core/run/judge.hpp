// SPDX-License-Identifier: MIT
// Judge: from how the command ended to the exit code, and the report's reason for it.
#pragma once

#include "core/run/state.hpp"
#include "core/run/supervise.hpp"

#include <microbox/sdk/result.hpp>

namespace microbox::core {

inline constexpr int exit_timeout = 124;
inline constexpr int exit_failed = 125;
inline constexpr int signal_base = 128;

/// Errors: the command could not be executed; a plugin ended the run.
[[nodiscard]] sdk::Result<int> judge(RunState& state, const Ending& ending);

} // namespace microbox::core
