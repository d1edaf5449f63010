// SPDX-License-Identifier: MIT
// A readable name for a sandbox that was given none: "brave-otter-3f".
#pragma once

#include <string>

namespace microbox::core {

[[nodiscard]] std::string readable_hostname();

} // namespace microbox::core
