// SPDX-License-Identifier: MIT
// The kernel's own account of a process's five capability sets, compared with the plan.
#pragma once

#include <microbox/sdk/result.hpp>

#include <cstdint>
#include <string_view>

namespace microbox::sec_capabilities {

/// Compares the Cap lines of /proc/PID/status with the mask: bounding is the mask, permitted and
/// effective as well for user 0 and empty for every other, inheritable and ambient are empty.
/// Errors: the first set that differs or is missing, with both values. [pure]
[[nodiscard]] sdk::Result<void>
check_status(std::string_view status, std::uint64_t mask, bool user_is_root);

} // namespace microbox::sec_capabilities
