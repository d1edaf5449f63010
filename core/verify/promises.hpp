// SPDX-License-Identifier: MIT
// The promises of a plan: those of its steps and of every sandbox, then the plugins' own.
#pragma once

#include "core/plan/plan.hpp"

#include <vector>

namespace microbox::core {

/// What the prober is asked, in the order of the plan. [pure]
[[nodiscard]] std::vector<PlanPromise> promises_of(const Plan& plan);

} // namespace microbox::core
