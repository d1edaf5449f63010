// SPDX-License-Identifier: MIT
#include "doors.hpp"

#include "port.hpp"

#include <algorithm>

namespace microbox::net {

namespace {

/// The address of the client's family first. Of UDP only that is used: nothing says that nobody
/// listens.
std::vector<Endpoint> targets_of(const Publish& publish, const Inside& inside) {
    std::vector<Endpoint> targets = {endpoint(inside.ip4, publish.sandbox)};
    if (inside.ip6)
        targets.push_back(endpoint(*inside.ip6, publish.sandbox));
    if (publish.address.family == AF_INET6)
        std::reverse(targets.begin(), targets.end());
    return targets;
}

} // namespace

sdk::Result<void> Doors::take(const std::vector<Publish>& publishes) {
    for (const Publish& publish : publishes) {
        auto socket = take_port(publish);
        if (socket.ok())
            doors_.push_back({publish, std::move(*socket)});
        else if (!may_be_left_out(publish, socket.error()))
            return socket.error();
    }
    return {};
}

sdk::Result<void> Doors::open(sdk::Session& session,
                              const Inside& inside,
                              const std::function<bool(const Publish&)>& serves) {
    for (Door& door : doors_) {
        if (!serves(door.publish))
            continue;
        const std::vector<Endpoint> targets = targets_of(door.publish, inside);
        if (door.publish.udp) {
            const Endpoint& target = targets.front();
            datagrams_.emplace_back(session,
                                    std::move(door.socket),
                                    target.storage,
                                    target.size,
                                    UdpBounds{},
                                    inside.network);
            MBX_CHECK(datagrams_.back().start());
            continue;
        }
        TcpRelay& relay = streams_.emplace_back(session,
                                                std::move(door.socket),
                                                targets.front().storage,
                                                targets.front().size,
                                                most_clients,
                                                inside.network);
        if (targets.size() > 1)
            relay.or_else(targets.back().storage, targets.back().size);
        MBX_CHECK(relay.start());
    }
    return {};
}

} // namespace microbox::net
