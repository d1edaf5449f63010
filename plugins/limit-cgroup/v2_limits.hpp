// SPDX-License-Identifier: MIT
// The files of a v2 cgroup that hold the limits of each controller, and those that count. [parent]
#pragma once

#include "hierarchy.hpp"
#include "limits.hpp"

#include <microbox/sdk/result.hpp>
#include <microbox/sdk/session.hpp>

#include <string>

namespace microbox::limit_cgroup {

[[nodiscard]] sdk::Result<void>
set_limit(const std::string& path, Controller controller, const Limits& limits, sdk::Log& log);

/// Reads back what set_limit() has written. Errors: "pids.max is 65 instead of 64".
[[nodiscard]] sdk::Result<void>
expect_limit(const std::string& path, Controller controller, const Limits& limits);

[[nodiscard]] Figures read_figures(const std::string& path);

/// The sum of a key like "rbytes" over the devices of a text like io.stat; nothing when there is
/// no such file. [pure]
[[nodiscard]] std::int64_t sum_of(std::string_view io_stat, std::string_view key);

} // namespace microbox::limit_cgroup
