// SPDX-License-Identifier: MIT
// What a caller without root's rights cannot ask for, and what it is told. [pure]
#pragma once

#include "core/plan/plan.hpp"
#include "core/run/request.hpp"

#include <microbox/sdk/result.hpp>

#include <vector>

namespace microbox::core {

/// Errors: --userns host without root; a --user that the sandbox does not have.
[[nodiscard]] sdk::Result<void> check_rights(const RunRequest& request);

/// Which ids the sandbox lacks and why; that the caller's groups stay.
void add_notices(const RunRequest& request, std::vector<PlanNotice>& notices);

} // namespace microbox::core
