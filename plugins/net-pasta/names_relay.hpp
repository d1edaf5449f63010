// SPDX-License-Identifier: MIT
// The router answers for the servers of names that the host has on its own loopback: on port 53 and
// no other.
#pragma once

#include "address.hpp"
#include "tcp_relay.hpp"
#include "udp_relay.hpp"

#include <microbox/sdk/session.hpp>
#include <microbox/sys/fd.hpp>

#include <optional>
#include <vector>

namespace microbox::net_pasta {

class NamesRelay {
public:
    /// Listens in the router's network. [attach]
    [[nodiscard]] sdk::Result<void> listen(int network, const net::Address& router);

    /// Leads to the servers, on the host's loopback; of UDP to the first. [running]
    [[nodiscard]] sdk::Result<void> open(sdk::Session& session,
                                         const std::vector<net::Address>& servers);

private:
    sys::Fd stream_;
    sys::Fd datagram_;
    std::optional<net::TcpRelay> tcp_;
    std::optional<net::UdpRelay> udp_;
};

} // namespace microbox::net_pasta
