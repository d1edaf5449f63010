// SPDX-License-Identifier: MIT
// The supervisor's own cgroup below one that was its alone: controllers can be enabled only where
// no process lives (cgroup-v2.rst, "No Internal Process Constraint").
#pragma once

#include <microbox/sdk/result.hpp>

#include <string>

namespace microbox::limit_cgroup {

/// "microbox-RUNID-supervisor"
[[nodiscard]] std::string leaf_name(const std::string& run_id);

/// Makes the leaf and moves this process into it. [parent]
[[nodiscard]] sdk::Result<void> enter_leaf(const std::string& leaf);

/// Takes the controllers from the cgroup above again, moves this process back when it is in the
/// leaf, and removes it. Success when there is none. [cleanup]
[[nodiscard]] sdk::Result<void> remove_leaf(const std::string& leaf);

} // namespace microbox::limit_cgroup
