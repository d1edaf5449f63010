// SPDX-License-Identifier: MIT
// The grammar of --ulimit: NAME=SOFT[:HARD]. [pure]
#pragma once

#include <microbox/sdk/result.hpp>
#include <microbox/sdk/step.hpp>

#include <string>
#include <string_view>

namespace microbox::limit_rlimit {

/// "nofile=1024:4096", "core=0", "stack=64M:unlimited". Without HARD both are SOFT.
/// Errors: no '=', an unknown name (with the nearest), a value that is none, soft above hard.
[[nodiscard]] sdk::Result<sdk::Rlimit> parse_ulimit(std::string_view text,
                                                    const std::string& source);

/// 1024 -> "1024", UINT64_MAX -> "unlimited": as /proc/PID/limits has it.
[[nodiscard]] std::string to_text(std::uint64_t value);

} // namespace microbox::limit_rlimit
