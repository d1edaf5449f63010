// SPDX-License-Identifier: MIT
// User namespaces for binds whose owner is to be root inside (sdk::Ownership::owner_is_root).
#pragma once

#include "core/plan/plan.hpp"
#include "core/spawn/lower.hpp"

#include <microbox/sdk/result.hpp>

namespace microbox::core {

/// Makes one for each owner that the plan's binds have, into prepared.owners. first_id is there
/// already. Errors: a host path that has gone; no namespace. [parent]
[[nodiscard]] sdk::Result<void> map_owners(const Plan& plan, Prepared& prepared);

} // namespace microbox::core
