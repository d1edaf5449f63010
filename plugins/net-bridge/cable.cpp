// SPDX-License-Identifier: MIT
// Neither end asks for the other's MAC: the entries of both are permanent. They are not counted
// against net.ipv4.neigh.default.gc_thresh3, which a thousand sandboxes would reach (all namespaces
// share the table), no first packet waits, and no answer can be forged.
//
// Addresses inside are /32 and /128: everything, a neighbour too, is sent to the host, where the
// rules decide.
#include "cable.hpp"

#include "inside.hpp"
#include "names.hpp"
#include "network_namespace.hpp"
#include "rate.hpp"
#include "sysctl.hpp"
#include "words.hpp"

#include <cerrno>
#include <chrono>
#include <string>
#include <thread>

namespace microbox::net_bridge {

namespace {

sdk::Result<void> furnish_inside(Rtnl& inside,
                                 const Settings& settings,
                                 const Commons& commons,
                                 const Member& member,
                                 const Cable& cable) {
    MBX_TRY(const std::optional<Link> link, inside.link(inside_name));
    if (!link)
        return sdk::fail(std::string(inside_name) + " did not arrive in the sandbox");
    if (cable.rate != 0)
        MBX_CHECK(inside.shape(link->index, cable.rate, burst_of(cable.rate)));
    MBX_CHECK(inside.set_up(link->index));
    MBX_CHECK(set_address(inside,
                          link->index,
                          member.ip4,
                          gateway_of(settings.subnet),
                          commons.bridge.mac,
                          cable.way_out4));
    if (member.ip6)
        MBX_CHECK(set_address(inside,
                              link->index,
                              *member.ip6,
                              in_network(*commons.prefix6, 1),
                              commons.bridge.mac,
                              cable.way_out6));
    return {};
}

sdk::Result<void>
know_at_host(sdk::Session& session, Rtnl& rtnl, const Commons& commons, const Member& member) {
    MBX_CHECK(session.journal("neighbour " + to_text(member.ip4)));
    MBX_CHECK(rtnl.set_neighbour(commons.bridge.index, member.ip4, member.mac));
    if (!member.ip6)
        return {};
    MBX_CHECK(session.journal("neighbour " + to_text(*member.ip6)));
    return rtnl.set_neighbour(commons.bridge.index, *member.ip6, member.mac);
}

} // namespace

sdk::Result<void> lay(sdk::Session& session,
                      Rtnl& rtnl,
                      const Settings& settings,
                      const Commons& commons,
                      const Member& member,
                      const Cable& cable) {
    MBX_TRY(const sys::Fd network, network_of(session.init_pid()));
    MBX_CHECK(session.journal("link " + member.link));
    auto made = rtnl.add_cable(
        member.link, commons.bridge.index, inside_name, network.get(), member.mac, cable.mtu);
    // find_portno in net/bridge/br_if.c: EXFULL, for which libnl has no number.
    if (!made.ok() && made.error().error_number == EXFULL)
        return sdk::fail("the bridge " + std::string(bridge_name) +
                             " has no port left: it has 1023",
                         "end a sandbox, or start this one later");
    if (!made.ok())
        return made;
    MBX_TRY(const std::optional<Link> port, rtnl.link(member.link));
    if (!port)
        return sdk::fail("the link " + member.link + " has gone");
    if (has_ipv6())
        MBX_CHECK(write_sysctl(conf(AF_INET6, member.link, "disable_ipv6"), "1"));
    MBX_CHECK(rtnl.restrict_port(port->index, member.mac));
    if (cable.rate != 0)
        MBX_CHECK(rtnl.shape(port->index, cable.rate, burst_of(cable.rate)));

    std::optional<Rtnl> inside;
    MBX_CHECK(within(network.get(), [&]() -> sdk::Result<void> {
        MBX_TRY(inside, Rtnl::open());
        return set_manners(inside_name, member.ip6.has_value());
    }));
    MBX_CHECK(know_at_host(session, rtnl, commons, member));
    MBX_CHECK(furnish_inside(*inside, settings, commons, member, cable));
    return rtnl.set_up(port->index);
}

sdk::Result<void> check(Rtnl& rtnl, const Commons& commons, const Member& member) {
    // The carrier is told to the bridge by a work queue (linkwatch_event), soon.
    constexpr auto patience = std::chrono::seconds(2);
    const auto until = std::chrono::steady_clock::now() + patience;
    auto pause = std::chrono::microseconds(50);
    for (;;) {
        MBX_TRY(const std::optional<Link> link, rtnl.link(member.link));
        if (!link || link->master != commons.bridge.index || !link->up)
            return sdk::fail("verification: " + member.link + " is no port of the bridge");
        MBX_TRY(const Port port, rtnl.port(link->index));
        if (!port.isolated || port.floods || port.learns || !port.judged)
            return sdk::fail("verification: the port " + member.link + " is not isolated");
        if (port.forwarding)
            return {};
        if (std::chrono::steady_clock::now() > until)
            return sdk::fail("verification: the port " + member.link + " passes no frames");
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, std::chrono::microseconds(5000));
    }
}

} // namespace microbox::net_bridge
