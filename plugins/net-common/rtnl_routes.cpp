// SPDX-License-Identifier: MIT
#include "nl.hpp"
#include "rtnl.hpp"

#include <cerrno>

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

namespace microbox::net {

namespace {

using NlRoute = std::unique_ptr<rtnl_route, Release<rtnl_route_put>>;
using NlNeigh = std::unique_ptr<rtnl_neigh, Release<rtnl_neigh_put>>;

NlNeigh neighbour(int link, const Address& address) {
    NlNeigh made(::rtnl_neigh_alloc());
    if (made) {
        ::rtnl_neigh_set_ifindex(made.get(), link);
        ::rtnl_neigh_set_dst(made.get(), to_nl(address, address.bits()).get());
    }
    return made;
}

int link_of(rtnl_route* route) {
    if (::rtnl_route_get_nnexthops(route) != 1)
        return 0;
    return ::rtnl_route_nh_get_ifindex(::rtnl_route_nexthop_n(route, 0));
}

} // namespace

sdk::Result<void> Rtnl::add_address(int link, const Address& address, int prefix) {
    const std::string doing = "add the address " + to_text(address);
    const std::unique_ptr<rtnl_addr, Release<rtnl_addr_put>> made(::rtnl_addr_alloc());
    if (!made)
        return sdk::fail_errno(doing, ENOMEM);
    ::rtnl_addr_set_ifindex(made.get(), link);
    ::rtnl_addr_set_local(made.get(), to_nl(address, prefix).get());
    if (address.family == AF_INET6)
        ::rtnl_addr_set_flags(made.get(), IFA_F_NODAD);
    const int code = ::rtnl_addr_add(socket_.get(), made.get(), 0);
    if (code < 0 && code != -NLE_EXIST)
        return nl_fail(doing, code);
    return {};
}

sdk::Result<void> Rtnl::add_route(int link,
                                  const std::optional<Network>& network,
                                  const std::optional<Address>& gateway) {
    const Network all{{gateway ? gateway->family : AF_INET, {}}, 0};
    const Network& to = network ? *network : all;
    const std::string doing = "add the route " + to_text(to);
    const NlRoute made(::rtnl_route_alloc());
    rtnl_nexthop* const hop = ::rtnl_route_nh_alloc();
    if (!made || hop == nullptr)
        return sdk::fail_errno(doing, ENOMEM);
    ::rtnl_route_set_family(made.get(), static_cast<std::uint8_t>(to.address.family));
    ::rtnl_route_set_dst(made.get(), to_nl(to.address, to.prefix).get());
    ::rtnl_route_set_scope(made.get(), gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK);
    ::rtnl_route_nh_set_ifindex(hop, link);
    if (gateway)
        ::rtnl_route_nh_set_gateway(hop, to_nl(*gateway, gateway->bits()).get());
    ::rtnl_route_add_nexthop(made.get(), hop); // takes it over
    const int code = ::rtnl_route_add(socket_.get(), made.get(), NLM_F_EXCL);
    if (code < 0)
        return nl_fail(doing, code);
    return {};
}

sdk::Result<void> Rtnl::set_neighbour(int link, const Address& address, const Mac& mac) {
    const NlNeigh made = neighbour(link, address);
    if (!made)
        return sdk::fail_errno("add the neighbour " + to_text(address), ENOMEM);
    ::rtnl_neigh_set_lladdr(made.get(), to_nl(mac).get());
    ::rtnl_neigh_set_state(made.get(), NUD_PERMANENT);
    const int code = ::rtnl_neigh_add(socket_.get(), made.get(), NLM_F_CREATE | NLM_F_REPLACE);
    if (code < 0)
        return nl_fail("add the neighbour " + to_text(address), code);
    return {};
}

sdk::Result<void> Rtnl::remove_neighbour(int link, const Address& address) {
    const NlNeigh made = neighbour(link, address);
    if (!made)
        return sdk::fail_errno("remove the neighbour " + to_text(address), ENOMEM);
    const int code = ::rtnl_neigh_delete(socket_.get(), made.get(), 0);
    if (code < 0 && code != -NLE_OBJ_NOTFOUND && code != -NLE_NODEV)
        return nl_fail("remove the neighbour " + to_text(address), code);
    return {};
}

std::optional<Way> Rtnl::way_to(const Address& address) {
    rtnl_route* found = nullptr;
    const int code =
        ::rtnl_route_lookup(socket_.get(), to_nl(address, address.bits()).get(), &found);
    const NlRoute owner(found);
    if (code < 0 || found == nullptr)
        return std::nullopt;
    const int type = ::rtnl_route_get_type(found);
    if (type != RTN_UNICAST && type != RTN_LOCAL)
        return std::nullopt;
    unsigned mtu = 0;
    if (::rtnl_route_get_metric(found, RTAX_MTU, &mtu) < 0)
        mtu = 0;
    return Way{link_of(found), type == RTN_LOCAL, mtu};
}

/// The kernel is asked for the way to an address of the internet: as quick with a million routes as
/// with one, and right with policy routing and with VPNs that have routes of halves ("0.0.0.0/1")
/// in the place of a default route. a.root-servers.net; nothing is sent there.
std::optional<Way> Rtnl::way_out(int family) {
    const auto way =
        way_to(*parse_address(family == AF_INET ? "198.41.0.4" : "2001:503:ba3e::2:30"));
    return way && !way->local ? way : std::nullopt;
}

sdk::Result<std::vector<Route>> Rtnl::routes4() {
    nl_cache* cache = nullptr;
    if (const int code = ::rtnl_route_alloc_cache(socket_.get(), AF_INET, 0, &cache); code < 0)
        return nl_fail("list the routes", code);
    const std::unique_ptr<nl_cache, Release<nl_cache_free>> owner(cache);
    std::vector<Route> all;
    for (nl_object* one = ::nl_cache_get_first(cache); one != nullptr;
         one = ::nl_cache_get_next(one)) {
        auto* const route = reinterpret_cast<rtnl_route*>(one);
        const int type = ::rtnl_route_get_type(route);
        const nl_addr* const to = ::rtnl_route_get_dst(route);
        if (to == nullptr || type == RTN_BROADCAST || type == RTN_MULTICAST)
            continue;
        Network network{from_nl(to), static_cast<int>(::nl_addr_get_prefixlen(to))};
        network.address.family = AF_INET; // a default route's is unspecified
        all.push_back({network, link_of(route)});
    }
    return all;
}

} // namespace microbox::net
