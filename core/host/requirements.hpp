// SPDX-License-Identifier: MIT
// What the core itself needs of a host; doctor prints it, a refused run names it.
#pragma once

#include <microbox/sdk/plugin.hpp>

#include <vector>

namespace microbox::core {

[[nodiscard]] std::vector<sdk::Requirement> core_requirements();

} // namespace microbox::core
