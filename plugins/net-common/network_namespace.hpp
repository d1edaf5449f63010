// SPDX-License-Identifier: MIT
// A visit to another network namespace: by a thread of its own, which ends there. The supervisor
// stays where it is; without root it could not come back, as its own network is the host's
// (netns_install, net/core/net_namespace.c).
#pragma once

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <functional>

#include <sys/types.h>

namespace microbox::net {

[[nodiscard]] sdk::Result<sys::Fd> network_of(pid_t pid);

/// Does it in that network, and returns when it is done. What visit throws is thrown here.
[[nodiscard]] sdk::Result<void> within(int network,
                                       const std::function<sdk::Result<void>()>& visit);

/// socket(2) in that network; -1: in the caller's own. Close-on-exec. errno says what is wrong.
[[nodiscard]] sys::Fd socket_in(int network, int family, int type, int protocol);

} // namespace microbox::net
