// SPDX-License-Identifier: MIT
// The grammar of --mount-ro, --mount-rw, --volume and --tmpfs.
#pragma once

#include "core/config/settings.hpp"
#include "core/run/request.hpp"

#include <microbox/sdk/result.hpp>

#include <string>
#include <vector>

namespace microbox::core {

/// Absolute, without "//", "." and "..". [pure]
[[nodiscard]] std::string normalised(const std::string& absolute);

/// Every mount that was asked for; relative hosts start at `directory`. On one destination the
/// command line replaces what a profile says, and a profile what the configuration says; two of one
/// origin are an error that names both. [pure]
[[nodiscard]] sdk::Result<std::vector<UserMount>> parse_mounts(const Settings& settings,
                                                               const std::string& directory);

} // namespace microbox::core
