// SPDX-License-Identifier: MIT
// Single calls decided in front of a ready program, which stays as it is. [pure]
#pragma once

#include "choice.hpp"

#include <vector>

#include <linux/filter.h>

namespace microbox::seccomp {

/// A filter that lets everything of this machine's one ABI through: what `off` denies from.
[[nodiscard]] std::vector<sock_filter> open_program();

/// The overrides (native architecture only), then the program. An allowed call is answered at once,
/// a denied one gets EPERM.
[[nodiscard]] std::vector<sock_filter> with_overrides(const std::vector<Override>& overrides,
                                                      const std::vector<sock_filter>& program);

} // namespace microbox::seccomp
