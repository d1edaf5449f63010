// SPDX-License-Identifier: MIT
// A filter's answer to one call, as the kernel would find it. [pure]
#pragma once

#include "profile.hpp"

#include <optional>
#include <vector>

#include <linux/filter.h>
#include <linux/seccomp.h>

namespace microbox::seccomp {

/// Nothing: an instruction that neither we nor libseccomp write, or a way out of the program.
[[nodiscard]] std::optional<Action> evaluate(const std::vector<sock_filter>& program,
                                             const seccomp_data& call);

/// The same filter with SECCOMP_RET_USER_NOTIF wherever it gives an errno. What it allows it
/// allows by the same instructions.
[[nodiscard]] std::vector<sock_filter> notifying(std::vector<sock_filter> program);

} // namespace microbox::seccomp
