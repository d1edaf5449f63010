// SPDX-License-Identifier: MIT
// The order of a plan's steps, and which of two on one target counts. [pure]
#pragma once

#include "core/plan/plan.hpp"

#include <microbox/sdk/result.hpp>

#include <vector>

namespace microbox::core {

/// What the user names replaces a default on the same target, and default files below it; two of
/// the user's, or two plugins', on one target are an error that names both.
[[nodiscard]] sdk::Result<std::vector<PlanStep>> settle_targets(std::vector<PlanStep> steps);

/// By stage; within assemble and inside by what must be there first: the root, then shallow before
/// deep. The order in which options were given does not count.
void put_in_order(std::vector<PlanStep>& steps);

} // namespace microbox::core
