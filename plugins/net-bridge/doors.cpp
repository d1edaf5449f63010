// SPDX-License-Identifier: MIT
#include "doors.hpp"

#include "port.hpp"

#include <algorithm>

namespace microbox::net_bridge {

namespace {

/// Every address of the host includes its loopback's.
bool serves_loopback(const Publish& publish) {
    return publish.address.is_loopback() || publish.address.is_any();
}

/// The address of the client's family first. Of UDP only that is used: nothing says that nobody
/// listens.
std::vector<Endpoint> targets_of(const Publish& publish, const Member& member) {
    std::vector<Endpoint> targets = {endpoint(member.ip4, publish.sandbox)};
    if (member.ip6)
        targets.push_back(endpoint(*member.ip6, publish.sandbox));
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

sdk::Result<void> Doors::open(sdk::Session& session, const Member& member) {
    for (Door& door : doors_) {
        if (!serves_loopback(door.publish))
            continue;
        const std::vector<Endpoint> targets = targets_of(door.publish, member);
        if (door.publish.udp) {
            const Endpoint& target = targets.front();
            datagrams_.emplace_back(session, std::move(door.socket), target.storage, target.size);
            MBX_CHECK(datagrams_.back().start());
            continue;
        }
        TcpRelay& relay = streams_.emplace_back(
            session, std::move(door.socket), targets.front().storage, targets.front().size);
        if (targets.size() > 1)
            relay.or_else(targets.back().storage, targets.back().size);
        MBX_CHECK(relay.start());
    }
    return {};
}

} // namespace microbox::net_bridge
