// SPDX-License-Identifier: MIT
#include "walls.hpp"

#include "closed.hpp"

#include <algorithm>

namespace microbox::net_pasta {

namespace {

constexpr std::uint16_t names_port = 53;

bool holds(const Network& outer, const Network& inner) {
    return outer.prefix <= inner.prefix && outer.contains(inner.address);
}

bool is_address(const Network& network) {
    return network.prefix == network.address.bits();
}

bool is_multicast(const Network& network) {
    const auto first = network.address.bytes[0];
    return network.address.family == AF_INET ? first >> 4U == 0xe : first == 0xff;
}

template <class Test>
bool any(const std::vector<Network>& networks, Test test) {
    return std::any_of(networks.begin(), networks.end(), test);
}

/// A range within the host's own opens nothing: only the very address does.
bool opens(const Network& allowed, const std::vector<Network>& own) {
    return is_address(allowed) ||
           !any(own, [&](const Network& one) { return holds(one, allowed); });
}

std::vector<Network> fully_open(const std::vector<Allow>& allows, const std::vector<Network>& own) {
    std::vector<Network> open;
    for (const Allow& allow : allows)
        if (allow.port == 0 && opens(allow.network, own))
            open.push_back(allow.network);
    return open;
}

void refuse_own(Walls& walls, const std::vector<Network>& own, const std::vector<Network>& open) {
    for (const Network& network : own) {
        if (any(open, [&](const Network& one) { return one == network && is_address(one); }))
            continue;
        walls.own.push_back(network);
        // What stands behind a wall already, with nothing open around it, needs none more.
        if (!any(walls.refused, [&](const Network& wall) { return holds(wall, network); }) ||
            any(open, [&](const Network& one) { return holds(one, network); }))
            walls.refused.push_back(network);
    }
}

} // namespace

Walls raise(const std::vector<Allow>& allows,
            const std::vector<Network>& own,
            const std::vector<std::string>& servers) {
    Walls walls;
    const std::vector<Network> open = fully_open(allows, own);
    for (const auto& closed : {closed4(), closed6()})
        for (const Network& network : closed)
            if (!any(open, [&](const Network& one) { return holds(one, network); }))
                walls.refused.push_back(network);
    refuse_own(walls, own, open);
    for (const Network& one : open)
        if (any(walls.refused, [&](const Network& wall) { return holds(wall, one); }))
            walls.open.push_back(one);
    for (const Allow& allow : allows)
        if (allow.port != 0)
            walls.doors.push_back({allow.network, allow.port});
    for (const std::string& server : servers)
        if (const auto address = parse_address(server))
            walls.doors.push_back({{*address, address->bits()}, names_port});
    return walls;
}

Courtesy courtesy_of(const Walls& walls) {
    Courtesy courtesy;
    for (const Network& network : walls.refused) {
        const bool behind_door =
            std::any_of(walls.doors.begin(), walls.doors.end(), [&](const PortDoor& door) {
                return holds(door.network, network);
            });
        if (!behind_door && !is_multicast(network))
            courtesy.refused.push_back(network);
    }
    courtesy.to_router = walls.open;
    for (const PortDoor& door : walls.doors)
        if (any(courtesy.refused, [&](const Network& wall) { return holds(wall, door.network); }))
            courtesy.to_router.push_back(door.network);
    return courtesy;
}

} // namespace microbox::net_pasta
