// SPDX-License-Identifier: MIT
// What this host offers to whoever asks: for doctor.
#pragma once

#include "layout.hpp"

#include <microbox/sdk/facts.hpp>
#include <microbox/sdk/plugin.hpp>

#include <vector>

namespace microbox::limit_cgroup {

/// The layout's facts, looked up now. [parent]
[[nodiscard]] sdk::Facts look_at_host(const Wish& wish);

/// Whether this process is root of the host and not of a user namespace. [parent]
[[nodiscard]] bool is_privileged();

/// What would hold each limit of a run. [pure]
[[nodiscard]] std::vector<sdk::Finding> findings(const Layout& layout, const Wish& wish);

} // namespace microbox::limit_cgroup
