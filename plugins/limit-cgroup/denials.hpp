// SPDX-License-Identifier: MIT
// Limits that were hit, for --explain-denials. The kernel counts them and does not say by whom.
// [pure]
#pragma once

#include "hierarchy.hpp"
#include "limits.hpp"

#include <microbox/sdk/session.hpp>

#include <string>
#include <vector>

namespace microbox::limit_cgroup {

/// `ended_by`: why our own watch ended the run, "oom", "pids" or "".
[[nodiscard]] std::vector<sdk::Denial>
denials_of(const Limits& limits, const Figures& figures, const std::string& ended_by);

} // namespace microbox::limit_cgroup
