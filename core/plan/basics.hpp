// SPDX-License-Identifier: MIT
// What every sandbox gets whatever its modes: /proc with its masks, /dev, /tmp, /run, /etc/hosts,
// the pivot, the ids. A mode cannot forget them. [pure]
#pragma once

#include "core/plan/plan.hpp"
#include "core/run/request.hpp"

#include <vector>

namespace microbox::core {

[[nodiscard]] std::vector<PlanStep> basic_steps(const RunRequest& request,
                                                const std::string& hostname);

/// Namespaces of every run; the network's is added when the mode wants it.
[[nodiscard]] int basic_namespaces(const RunRequest& request);

} // namespace microbox::core
