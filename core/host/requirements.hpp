// SPDX-License-Identifier: MIT
// What the core itself needs of a host; doctor prints it, a refused run names it.
#pragma once

#include <microbox/sdk/plugin.hpp>
#include <microbox/sdk/result.hpp>

#include <vector>

namespace microbox::core {

[[nodiscard]] std::vector<sdk::Requirement> core_requirements();

/// What this kernel cannot do is known before anything is taken. Errors: the first that every
/// sandbox needs, by name.
[[nodiscard]] sdk::Result<void> check_host();

} // namespace microbox::core
