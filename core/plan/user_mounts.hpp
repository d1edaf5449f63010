// SPDX-License-Identifier: MIT
// --mount-ro, --mount-rw and --tmpfs: from the command line's words to steps. [pure, over facts]
#pragma once

#include "core/plan/plan.hpp"
#include "core/run/request.hpp"

#include <microbox/sdk/facts.hpp>
#include <microbox/sdk/result.hpp>

#include <optional>
#include <string>
#include <vector>

namespace microbox::core {

/// The sources of the binds.
[[nodiscard]] std::vector<sdk::FactQuery> mount_questions(const RunRequest& request);

struct UserSteps {
    std::vector<PlanStep> steps;
    std::vector<PlanNotice> notices;
    std::uint64_t tmpfs_bytes = 0; ///< of --tmpfs PATH:SIZE, taken from the storage
};

/// Errors: a source that is missing, a destination that the core keeps for itself.
[[nodiscard]] sdk::Result<UserSteps> user_mounts(const RunRequest& request,
                                                 const sdk::Facts& facts);

/// The links on the way to the destinations, as far as the root file system `lower` shows them.
[[nodiscard]] std::vector<sdk::FactQuery>
destination_questions(const RunRequest& request, const std::string& lower, const sdk::Facts& facts);
/// Error when a destination leads out of the root by a link. Empty when it does not.
[[nodiscard]] sdk::Result<void>
check_destinations(const RunRequest& request, const std::string& lower, const sdk::Facts& facts);

} // namespace microbox::core
