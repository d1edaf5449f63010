// SPDX-License-Identifier: MIT
// Whether the environment of this process was written by somebody with fewer rights than it has.
#pragma once

#include <string>

namespace microbox::core {

/// Empty when the process has no more rights than its caller; otherwise why: "started through
/// sudo". What the caller's environment names (folders of plugins, of profiles) counts only when
/// empty.
[[nodiscard]] std::string rights_beyond_caller();

/// The running executable, links resolved; "" when /proc cannot say.
[[nodiscard]] std::string executable_path();

} // namespace microbox::core
