// SPDX-License-Identifier: MIT
#include "uplinks.hpp"

#include "sysctl.hpp"
#include "words.hpp"

#include <algorithm>

namespace microbox::net_bridge {

namespace {

constexpr unsigned least_mtu = 1280; // of IPv6 (RFC 8200)
constexpr unsigned usual_mtu = 1500;

sdk::Result<bool> add_way(Rtnl& rtnl, int family, Uplinks& uplinks) {
    const auto way = rtnl.way_out(family);
    if (!way)
        return false;
    MBX_TRY(const Link link, rtnl.link(way->link));
    if (std::find(uplinks.names.begin(), uplinks.names.end(), link.name) == uplinks.names.end())
        uplinks.names.push_back(link.name);
    const unsigned mtu = way->mtu != 0 ? std::min(way->mtu, link.mtu) : link.mtu;
    uplinks.mtu = uplinks.mtu == 0 ? mtu : std::min(uplinks.mtu, mtu);
    return true;
}

bool is_led_in(const Settings& settings, int family) {
    return std::any_of(
        settings.publishes.begin(), settings.publishes.end(), [&](const Publish& publish) {
            return publish.address.family == family && !is_relayed(publish);
        });
}

bool options_need(const Settings& settings, int family) {
    return is_led_in(settings, family) ||
           std::any_of(settings.allows.begin(), settings.allows.end(), [&](const Allow& allow) {
               return allow.network.address.family == family;
           });
}

} // namespace

sdk::Result<Uplinks> find_uplinks(Rtnl& rtnl, const Settings& settings) {
    Uplinks uplinks;
    MBX_TRY(const bool way4, add_way(rtnl, AF_INET, uplinks));
    MBX_TRY(const bool way6, add_way(rtnl, AF_INET6, uplinks));
    if (!has_ipv6() && options_need(settings, AF_INET6))
        return sdk::fail("this host has no IPv6, which --publish or --net-allow asks for",
                         "give IPv4 addresses, or switch IPv6 on");
    uplinks.published = is_led_in(settings, AF_INET) || is_led_in(settings, AF_INET6);
    uplinks.families.ip4 = way4 || options_need(settings, AF_INET);
    uplinks.families.ip6 = has_ipv6() && (way6 || options_need(settings, AF_INET6));
    if (!uplinks.families.ip4 && !uplinks.families.ip6)
        return sdk::fail("this host has no default route: a sandbox could reach nothing",
                         "connect the host, open what it does reach with --net-allow, or use "
                         "--net none");
    uplinks.mtu = uplinks.mtu == 0 ? usual_mtu : std::max(uplinks.mtu, least_mtu);
    return uplinks;
}

} // namespace microbox::net_bridge
