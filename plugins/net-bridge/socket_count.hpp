// SPDX-License-Identifier: MIT
// Whether sockets outlive the sandbox that had them: closed with unsent data, they keep the network
// namespace for minutes (tcp_orphan_retries), and with it the link and its port of the bridge.
#pragma once

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <sys/types.h>

namespace microbox::net_bridge {

/// Holds the namespace itself as long as it lives.
class SocketCount {
public:
    /// Of the network of a process.
    [[nodiscard]] static sdk::Result<SocketCount> of(pid_t pid);

    /// No TCP socket is left but those in TIME_WAIT, which keep nothing. False when it cannot be
    /// read.
    [[nodiscard]] bool is_zero() const;

private:
    SocketCount(sys::Fd ip4, sys::Fd ip6) : ip4_(std::move(ip4)), ip6_(std::move(ip6)) {}

    sys::Fd ip4_;
    sys::Fd ip6_; ///< none: a kernel without IPv6
};

} // namespace microbox::net_bridge
