// SPDX-License-Identifier: MIT
// A visit to the sandbox's network namespace. The supervisor has one thread, so that nobody else
// is moved.
#pragma once

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <functional>

#include <sys/types.h>

namespace microbox::net_bridge {

[[nodiscard]] sdk::Result<sys::Fd> network_of(pid_t pid);

/// Does it in that network, and comes back however it ends.
[[nodiscard]] sdk::Result<void> within(const sys::Fd& network,
                                       const std::function<sdk::Result<void>()>& visit);

} // namespace microbox::net_bridge
