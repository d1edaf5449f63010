// SPDX-License-Identifier: MIT
// Verify: the kernel's own account of the finished sandbox against the plan, before the command's
// first instruction. A silent no-op is the commonest security bug of this field.
#pragma once

#include "core/plan/plan.hpp"
#include "core/run/mountinfo.hpp"

#include <microbox/sdk/result.hpp>

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace microbox::core {

/// Takes what each comparison has found; an error ends the verification.
using TakeComparison =
    std::function<sdk::Result<void>(const char* promise, const sdk::Result<void>& seen)>;

/// Errors: those of take. [parent]
[[nodiscard]] sdk::Result<void>
verify(const Plan& plan, pid_t command, std::uint32_t first_id, const TakeComparison& take);

/// The comparisons, on text. [pure]
[[nodiscard]] sdk::Result<void> verify_mounts(const Plan& plan,
                                              const std::vector<MountLine>& mounts);
/// Paths that the plan masks or makes read-only and that have no such mount: a silently skipped
/// mask, or a path that does not exist. [pure]
[[nodiscard]] std::vector<std::string> uncovered(const Plan& plan,
                                                 const std::vector<MountLine>& mounts);
[[nodiscard]] sdk::Result<void>
verify_status(const Plan& plan, std::string_view status, std::uint32_t first_id);

} // namespace microbox::core
