// SPDX-License-Identifier: MIT
// A policy in names becomes one machine's ruleset in numbers. [pure]
#pragma once

#include "generate/compiler.hpp"
#include "generate/names.hpp"
#include "generate/policy.hpp"

namespace microbox::seccomp {

/// Errors: a name that no machine has, with the nearest one.
[[nodiscard]] sdk::Result<Ruleset> to_ruleset(const Policy& policy, const Machine& machine);

} // namespace microbox::seccomp
