// SPDX-License-Identifier: MIT
// Removes the cgroup of a run that is over, from its path alone. [cleanup]
#pragma once

#include <microbox/sdk/result.hpp>

#include <string>

namespace microbox::limit_cgroup {

/// Kills what still lives in it, removes it and what is below it. A path that does not exist is
/// success. Takes at most about two seconds.
/// Errors: a path that is not the cgroup of this run (nothing is touched); still busy at the end.
[[nodiscard]] sdk::Result<void> remove_cgroup(const std::string& path, const std::string& run_id);

} // namespace microbox::limit_cgroup
