// SPDX-License-Identifier: MIT
// The sandbox's clocks start from zero, so that neither uptime nor the monotonic clock tells about
// the host.
#pragma once

#include <microbox/sdk/result.hpp>

#include <sys/types.h>

namespace microbox::core {

/// Writes the offsets of the time namespace that a process has unshared and nobody has entered yet.
/// From outside: a process that is not dumpable cannot open its own file.
[[nodiscard]] sdk::Result<void> start_clocks(pid_t process);

} // namespace microbox::core
