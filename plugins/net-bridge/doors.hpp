// SPDX-License-Identifier: MIT
// The published ports of one run: taken before anything is promised, held to the end. What comes
// from outside is led on by the kernel's NAT; what comes from loopback, which NAT cannot serve, by
// a relay.
#pragma once

#include "elements.hpp"
#include "publish.hpp"
#include "tcp_relay.hpp"
#include "udp_relay.hpp"

#include <microbox/sdk/session.hpp>
#include <microbox/sys/fd.hpp>

#include <list>
#include <vector>

namespace microbox::net_bridge {

class Doors {
public:
    /// Errors: a port that is in use, with its owner; an address that is not the host's. [prepare]
    [[nodiscard]] sdk::Result<void> take(const std::vector<Publish>& publishes);

    /// From loopback to the sandbox. [running]
    [[nodiscard]] sdk::Result<void> open(sdk::Session& session, const Member& member);

private:
    struct Door {
        Publish publish;
        sys::Fd socket;
    };

    std::vector<Door> doors_;
    // They stay where they are: what watches them holds their address.
    std::list<TcpRelay> streams_;
    std::list<UdpRelay> datagrams_;
};

} // namespace microbox::net_bridge
