// SPDX-License-Identifier: MIT
// What the filter promises, as calls that `microbox verify` makes from inside. [pure]
#pragma once

#include "base.hpp"

#include <microbox/sdk/promise.hpp>

#include <vector>

namespace microbox::seccomp {

/// Of telling calls those that are refused by this filter and these overrides.
[[nodiscard]] std::vector<sdk::Promise> promises_of(const Choice& choice, const Base& base);

} // namespace microbox::seccomp
