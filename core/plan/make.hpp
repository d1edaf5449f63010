// SPDX-License-Identifier: MIT
// Request and plugins in, plan out: ask, plan, merge. Changes nothing on the host, needs no root.
#pragma once

#include "core/plan/plan.hpp"
#include "core/plugin/loaded.hpp"
#include "core/run/request.hpp"

#include <microbox/sdk/facts.hpp>
#include <microbox/sdk/result.hpp>

namespace microbox::core {

/// Facts are looked up as the plugins ask for them and left in `facts`. [parent]
/// Errors: the user's or a plugin's, with the plugin's name where it is not obvious.
[[nodiscard]] sdk::Result<Plan>
make_plan(const RunRequest& given, PluginSet& plugins, sdk::Facts& facts);

} // namespace microbox::core
