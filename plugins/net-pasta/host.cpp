// SPDX-License-Identifier: MIT
#include "host.hpp"

#include "sysctl.hpp"

#include <cerrno>
#include <optional>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace microbox::net_pasta {

namespace {

/// To the internet, or else to what an option opens.
std::optional<Way> way_of(Rtnl& rtnl, const Settings& settings, int family) {
    auto way = rtnl.way_out(family);
    for (const Allow& allow : settings.allows)
        if (!way && allow.network.address.family == family)
            way = rtnl.way_to(allow.network.address);
    return way;
}

} // namespace

sdk::Result<WaysOut> find_ways_out(Rtnl& rtnl, const Settings& settings) {
    const auto way4 = way_of(rtnl, settings, AF_INET);
    const auto way6 = has_ipv6() ? way_of(rtnl, settings, AF_INET6) : std::nullopt;
    if (!way4 && !way6)
        return sdk::fail("this host has no default route: a sandbox could reach nothing",
                         "connect the host, open what it does reach with --net-allow, or use "
                         "--net none");
    WaysOut ways;
    ways.families = {way4.has_value(), way6.has_value()};
    if (way4 && way6 && way4->link != way6->link)
        return ways;
    MBX_TRY(const Link link, rtnl.link(way4 ? way4->link : way6->link));
    ways.interface = link.name;
    return ways;
}

sdk::Result<std::vector<Network>> own_networks(Rtnl& rtnl) {
    MBX_TRY(std::vector<Network> all, rtnl.own_networks(AF_INET));
    if (!has_ipv6())
        return all;
    MBX_TRY(const std::vector<Network> six, rtnl.own_networks(AF_INET6));
    all.insert(all.end(), six.begin(), six.end());
    return all;
}

sdk::Result<AddressWatch> AddressWatch::open() {
    const std::string doing = "watch the host's addresses";
    sys::Fd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
    if (!socket)
        return sdk::fail_errno(doing, errno);
    sockaddr_nl name{};
    name.nl_family = AF_NETLINK;
    name.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) < 0)
        return sdk::fail_errno(doing, errno);
    return AddressWatch(std::move(socket));
}

void AddressWatch::drain() const {
    // ENOBUFS says that some were lost, which is no matter: all are looked at anew.
    char room[4096];
    while (::recv(socket_.get(), room, sizeof room, 0) >= 0 || errno == ENOBUFS || errno == EINTR) {
    }
}

} // namespace microbox::net_pasta
