// SPDX-License-Identifier: MIT
// The check of a descriptor, before any C++ type crosses the border to a plugin.
#pragma once

#include <microbox/sdk/plugin.hpp>
#include <microbox/sdk/result.hpp>

#include <string>

namespace microbox::core {

/// Everything that can be wrong with a descriptor of a plugin that should have this name. [pure]
[[nodiscard]] sdk::Result<void> check_descriptor(const MbxDescriptor& descriptor,
                                                 const std::string& name);

} // namespace microbox::core
