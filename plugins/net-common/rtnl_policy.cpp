// SPDX-License-Identifier: MIT
// Routes that refuse, and ways past them.
#include "nl.hpp"
#include "rtnl.hpp"

#include <cerrno>

#include <netlink/route/rule.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>

namespace microbox::net {

namespace {

using NlRoute = std::unique_ptr<rtnl_route, Release<rtnl_route_put>>;
using NlRule = std::unique_ptr<rtnl_rule, Release<rtnl_rule_put>>;

/// Behind the rule of the host's own addresses (0), before that of the main table (32766).
constexpr std::uint32_t priority = 100;

NlRoute route_to(const Network& network) {
    NlRoute made(::rtnl_route_alloc());
    if (made) {
        ::rtnl_route_set_family(made.get(), static_cast<std::uint8_t>(network.address.family));
        ::rtnl_route_set_dst(made.get(), to_nl(network.address, network.prefix).get());
        ::rtnl_route_set_scope(made.get(), RT_SCOPE_UNIVERSE);
    }
    return made;
}

} // namespace

sdk::Result<void> Rtnl::add_refusal(const Network& network, int table) {
    const std::string doing = "refuse " + to_text(network);
    const NlRoute made = route_to(network);
    if (!made)
        return sdk::fail_errno(doing, ENOMEM);
    ::rtnl_route_set_type(made.get(), RTN_UNREACHABLE);
    ::rtnl_route_set_table(made.get(), static_cast<std::uint32_t>(table));
    const int code = ::rtnl_route_add(socket_.get(), made.get(), NLM_F_EXCL);
    return code < 0 && code != -NLE_EXIST ? sdk::Result<void>(nl_fail(doing, code))
                                          : sdk::Result<void>();
}

sdk::Result<void>
Rtnl::add_way(int link, const Network& network, const Address& gateway, int table) {
    const std::string doing = "add the route " + to_text(network);
    const NlRoute made = route_to(network);
    rtnl_nexthop* const hop = ::rtnl_route_nh_alloc();
    if (!made || hop == nullptr)
        return sdk::fail_errno(doing, ENOMEM);
    ::rtnl_route_set_table(made.get(), static_cast<std::uint32_t>(table));
    ::rtnl_route_nh_set_ifindex(hop, link);
    ::rtnl_route_nh_set_gateway(hop, to_nl(gateway, gateway.bits()).get());
    ::rtnl_route_nh_set_flags(hop, RTNH_F_ONLINK);
    ::rtnl_route_add_nexthop(made.get(), hop); // takes it over
    const int code = ::rtnl_route_add(socket_.get(), made.get(), NLM_F_EXCL);
    return code < 0 && code != -NLE_EXIST ? sdk::Result<void>(nl_fail(doing, code))
                                          : sdk::Result<void>();
}

sdk::Result<void> Rtnl::add_port_rule(const Network& to, bool udp, std::uint16_t port, int table) {
    const std::string doing = "open port " + std::to_string(port) + " of " + to_text(to);
    const NlRule made(::rtnl_rule_alloc());
    if (!made)
        return sdk::fail_errno(doing, ENOMEM);
    ::rtnl_rule_set_family(made.get(), to.address.family);
    ::rtnl_rule_set_prio(made.get(), priority);
    ::rtnl_rule_set_dst(made.get(), to_nl(to.address, to.prefix).get());
    ::rtnl_rule_set_ipproto(made.get(), udp ? IPPROTO_UDP : IPPROTO_TCP);
    ::rtnl_rule_set_dport(made.get(), port);
    ::rtnl_rule_set_action(made.get(), FR_ACT_TO_TBL);
    ::rtnl_rule_set_table(made.get(), static_cast<std::uint32_t>(table));
    const int code = ::rtnl_rule_add(socket_.get(), made.get(), NLM_F_EXCL);
    return code < 0 && code != -NLE_EXIST ? sdk::Result<void>(nl_fail(doing, code))
                                          : sdk::Result<void>();
}

sdk::Result<std::vector<Network>> Rtnl::own_networks(int family) {
    nl_cache* cache = nullptr;
    if (const int code = ::rtnl_route_alloc_cache(socket_.get(), family, 0, &cache); code < 0)
        return nl_fail("list the host's own addresses", code);
    const std::unique_ptr<nl_cache, Release<nl_cache_free>> owner(cache);
    std::vector<Network> all;
    for (nl_object* one = ::nl_cache_get_first(cache); one != nullptr;
         one = ::nl_cache_get_next(one)) {
        auto* const route = reinterpret_cast<rtnl_route*>(one);
        const nl_addr* const to = ::rtnl_route_get_dst(route);
        const int type = ::rtnl_route_get_type(route);
        if (to == nullptr || (type != RTN_LOCAL && type != RTN_ANYCAST && type != RTN_BROADCAST))
            continue;
        Network network{from_nl(to), static_cast<int>(::nl_addr_get_prefixlen(to))};
        network.address.family = family;
        all.push_back(network);
    }
    return all;
}

} // namespace microbox::net
