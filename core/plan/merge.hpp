// SPDX-License-Identifier: MIT
// Many fragments become one plan: claims, roles, storage, order. [pure]
#pragma once

#include "core/plan/plan.hpp"
#include "core/plan/user_mounts.hpp"

#include <microbox/sdk/result.hpp>

#include <string>
#include <vector>

namespace microbox::core {

struct Contribution {
    std::string plugin;
    sdk::Fragment fragment;
    std::vector<sdk::Promise> promises = {};
};

/// Adds them to a plan that holds the core's own steps. Errors: two owners of one claim; no root;
/// two mounts on one target; --tmpfs sizes beyond the storage.
[[nodiscard]] sdk::Result<void>
merge(Plan& plan, std::vector<Contribution> contributions, UserSteps mounts);

} // namespace microbox::core
