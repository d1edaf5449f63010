// SPDX-License-Identifier: MIT
// Walls are routes that refuse, ports of what is behind one are rules that look past it: on the way
// in from the sandbox's interface nothing of a packet can choose another route.
#include "router.hpp"

#include "inside.hpp"
#include "network_namespace.hpp"
#include "sysctl.hpp"

#include <algorithm>

#include <linux/rtnetlink.h>

namespace microbox::net_pasta {

namespace {

/// Another than its peer's, which is 2 in a new namespace: of two that are the same the kernel
/// takes the carrier for known up to a second late (linkwatch_urgent_event, net/core/link_watch.c),
/// and drops what is sent before.
constexpr int box_index = 10;

/// A sender in the sandbox is not held back by the router's queue, and what is lost there pasta
/// acknowledges piece by piece: so it holds a whole window.
constexpr unsigned tap_queue = 10000;

/// What the router itself says there (that it is in multicast groups) has a link-local sender. Any
/// other pasta would take for the sandbox's new address, "::" too, and send to it until the sandbox
/// speaks again: connections of the first second stood still and were reset.
constexpr Address tap_address{AF_INET6, {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};

bool is_of(const Network& network, bool ip6) {
    return network.address.family == AF_INET || ip6;
}

sdk::Result<int> index_of(Rtnl& rtnl, const std::string& name) {
    MBX_TRY(const std::optional<Link> link, rtnl.link(name));
    if (!link)
        return sdk::fail(name + " did not arrive");
    return link->index;
}

/// Of the thread's network namespace.
sdk::Result<void> forward(bool ip6) {
    MBX_CHECK(write_sysctl(conf(AF_INET, "all", "forwarding"), "1"));
    // A sender is believed only where the way back to it leads: neither does the sandbox forge one,
    // nor does what is closed to it send to it through a socket of pasta's.
    MBX_CHECK(write_sysctl(conf(AF_INET, "all", "rp_filter"), "1"));
    MBX_CHECK(write_sysctl(conf(AF_INET, "all", "send_redirects"), "0"));
    if (ip6)
        MBX_CHECK(write_sysctl(conf(AF_INET6, "all", "forwarding"), "1"));
    return {};
}

/// What the command sends goes no further than to pasta, whose sockets heed the way out by the
/// host's own rule. pasta drops what it cannot take at once and knows no SACK: reno finds a hole by
/// the repeated acknowledgements, where bbr, as some hosts have it, waits for its timer for each.
sdk::Result<void> send_by_reno() {
    return write_sysctl("net/ipv4/tcp_congestion_control", "reno");
}

sdk::Result<void> furnish(Rtnl& inside, int family, int link, bool way_out) {
    const Place at = place(family);
    return set_address(inside, link, at.sandbox, at.router, router_mac, way_out);
}

sdk::Result<void> be_courteous(Rtnl& inside, int link, const Walls& walls, bool ip6) {
    const Courtesy courtesy = courtesy_of(walls);
    for (const Network& network : courtesy.refused)
        if (is_of(network, ip6))
            MBX_CHECK(inside.add_refusal(network, RT_TABLE_MAIN));
    for (const Network& network : courtesy.to_router)
        if (is_of(network, ip6))
            MBX_CHECK(
                inside.add_way(link, network, place(network.address.family).router, RT_TABLE_MAIN));
    return {};
}

} // namespace

sdk::Result<Router> Router::open(int network, bool ip6) {
    std::optional<Rtnl> rtnl;
    MBX_CHECK(within(network, [&]() -> sdk::Result<void> {
        MBX_TRY(rtnl, Rtnl::open());
        return {};
    }));
    return Router(network, std::move(*rtnl), ip6);
}

sdk::Result<void> Router::build(const sys::Fd& sandbox, const Families& out, const Walls& walls) {
    MBX_TRY(const int loopback, index_of(rtnl_, "lo"));
    MBX_CHECK(rtnl_.set_up(loopback));
    MBX_CHECK(raise_walls(walls));
    MBX_CHECK(
        rtnl_.add_cable(box_name, 0, inside_name, sandbox.get(), sandbox_mac, mtu, box_index));
    MBX_TRY(const int box, index_of(rtnl_, box_name));
    MBX_CHECK(rtnl_.set_mac(box, router_mac));
    MBX_CHECK(within(network_, [&] { return set_manners(box_name, ip6_); }));
    MBX_CHECK(within(network_, [&] { return forward(ip6_); }));
    std::optional<Rtnl> inside;
    MBX_CHECK(within(sandbox.get(), [&]() -> sdk::Result<void> {
        MBX_TRY(inside, Rtnl::open());
        MBX_CHECK(send_by_reno());
        return set_manners(inside_name, ip6_);
    }));
    MBX_TRY(const int eth, index_of(*inside, inside_name));
    MBX_CHECK(rtnl_.set_up(box));
    MBX_CHECK(inside->set_up(eth));
    for (const int family : {AF_INET, AF_INET6}) {
        if (family == AF_INET6 && !ip6_)
            continue;
        const Place at = place(family);
        MBX_CHECK(set_address(rtnl_, box, at.router, at.sandbox, sandbox_mac, false));
        MBX_CHECK(furnish(*inside, family, eth, family == AF_INET ? out.ip4 : out.ip6));
    }
    return be_courteous(*inside, eth, walls, ip6_);
}

sdk::Result<void> Router::raise_walls(const Walls& walls) {
    for (const Network& network : walls.refused)
        if (is_of(network, ip6_))
            MBX_CHECK(rtnl_.add_refusal(network, RT_TABLE_MAIN));
    MBX_CHECK(refuse(walls.own));
    for (const PortDoor& door : walls.doors) {
        const int table = door.exact() ? exact_table : range_table;
        for (const bool udp : {false, true})
            if (is_of(door.network, ip6_))
                MBX_CHECK(rtnl_.add_port_rule(door.network, udp, door.port, table));
    }
    return {};
}

sdk::Result<void> Router::refuse(const std::vector<Network>& own) {
    for (const Network& network : own)
        for (const int table : {static_cast<int>(RT_TABLE_MAIN), range_table})
            if (is_of(network, ip6_))
                MBX_CHECK(rtnl_.add_refusal(network, table));
    return {};
}

sdk::Result<void> Router::join_pasta(const Families& out, const Walls& walls) {
    MBX_TRY(const int tap, index_of(rtnl_, tap_name));
    MBX_CHECK(within(network_, [&] { return set_manners(tap_name, ip6_); }));
    MBX_CHECK(rtnl_.set_size(tap, mtu, tap_queue));
    if (ip6_)
        MBX_CHECK(rtnl_.add_address(tap, tap_address, tap_address.bits()));
    MBX_CHECK(rtnl_.set_up(tap));
    if (out.ip4)
        MBX_CHECK(open_ways(walls, tap, AF_INET));
    if (out.ip6)
        MBX_CHECK(open_ways(walls, tap, AF_INET6));
    return {};
}

sdk::Result<void> Router::open_ways(const Walls& walls, int link, int family) {
    const Address pasta = place(family).pasta;
    MBX_CHECK(rtnl_.set_neighbour(link, pasta, pasta_mac));
    const Network everything{{family, {}}, 0};
    for (const int table : {static_cast<int>(RT_TABLE_MAIN), range_table, exact_table})
        MBX_CHECK(rtnl_.add_way(link, everything, pasta, table));
    for (const Network& network : walls.open)
        if (network.address.family == family)
            MBX_CHECK(rtnl_.add_way(link, network, pasta, RT_TABLE_MAIN));
    return {};
}

sdk::Result<void> Router::check(const Walls& walls) {
    for (const Network& wall : walls.refused) {
        const bool opened =
            std::any_of(walls.open.begin(), walls.open.end(), [&](const Network& one) {
                return one.contains(wall.address);
            });
        const auto way = rtnl_.way_to(wall.address);
        if (way && !way->local && !opened)
            return sdk::fail("verification: a way leads to " + to_text(wall));
    }
    return {};
}

} // namespace microbox::net_pasta
