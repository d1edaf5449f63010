// SPDX-License-Identifier: MIT
// The published ports of one run: taken before anything is promised, held to the end, and led on
// by relays where nothing else does.
#pragma once

#include "address.hpp"
#include "publish.hpp"
#include "tcp_relay.hpp"
#include "udp_relay.hpp"

#include <microbox/sdk/session.hpp>
#include <microbox/sys/fd.hpp>

#include <functional>
#include <list>
#include <optional>
#include <vector>

namespace microbox::net {

/// Where the sandbox is.
struct Inside {
    Address ip4;
    std::optional<Address> ip6;
    int network = -1; ///< from which its addresses are reached; -1: the supervisor's own
};

class Doors {
public:
    /// Errors: a port that is in use, with its owner; an address that is not the host's. [prepare]
    [[nodiscard]] sdk::Result<void> take(const std::vector<Publish>& publishes);

    /// Leads what serves() says to the sandbox. [running]
    [[nodiscard]] sdk::Result<void> open(sdk::Session& session,
                                         const Inside& inside,
                                         const std::function<bool(const Publish&)>& serves);

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

} // namespace microbox::net
