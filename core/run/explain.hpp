// SPDX-License-Identifier: MIT
// A failed operation in the words of the plan: who asked for it, what it was, what to do.
#pragma once

#include "core/plan/plan.hpp"
#include "core/spawn/launch.hpp"

#include <microbox/sdk/result.hpp>

#include <cstdint>
#include <vector>

#include <sys/types.h>

namespace microbox::core {

/// What the child has told of its failure; of a step that the block really has.
[[nodiscard]] LaunchFailure failure_of(const std::vector<std::uint64_t>& block,
                                       const child::Message& message);

/// "fs-rootfs: mount overlay of /srv/root on /: Operation not permitted (step 7 of 23)".
[[nodiscard]] sdk::Error explain(const Plan& plan, const LaunchFailure& failure);

/// Why the command was not executed, with a look into its root through its process. Exit code 126
/// or 127. [parent]
[[nodiscard]] sdk::Error explain_exec(const Plan& plan, int error, pid_t command);

} // namespace microbox::core
