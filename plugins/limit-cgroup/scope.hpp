// SPDX-License-Identifier: MIT
// A transient scope of the user's systemd, with delegation, for this process.
#pragma once

#include <microbox/sdk/result.hpp>

#include <cstdint>
#include <string>

namespace microbox::limit_cgroup {

/// Has the user's systemd make the scope NAME and move this process into it. `socket` is that of
/// the user's bus. Returns the cgroup as /proc/self/cgroup names it. Takes at most five seconds.
/// Errors: no bus, a refusal in systemd's words, no answer in time. [parent]
[[nodiscard]] sdk::Result<std::string> enter_scope(const std::string& name,
                                                   const std::string& socket);

} // namespace microbox::limit_cgroup
