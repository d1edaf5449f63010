// SPDX-License-Identifier: MIT
// Addresses are /32 and /128: everything, a neighbour too, is sent to the router, which decides.
#include "inside.hpp"

#include "sysctl.hpp"

#include <sys/socket.h>

namespace microbox::net {

sdk::Result<void> set_manners(const std::string& name, bool ip6) {
    // Either of the two is enough to believe them.
    for (const std::string& interface : {name, std::string("all")})
        MBX_CHECK(write_sysctl(conf(AF_INET, interface, "accept_redirects"), "0"));
    if (!ip6) {
        if (read_sysctl(conf(AF_INET6, name, "disable_ipv6")))
            MBX_CHECK(write_sysctl(conf(AF_INET6, name, "disable_ipv6"), "1"));
        return {};
    }

    const struct {
        const char* key;
        const char* value;
    } wanted[] = {{"disable_ipv6", "0"},
                  {"accept_ra", "0"},
                  {"autoconf", "0"},
                  {"accept_redirects", "0"},
                  {"accept_dad", "0"},
                  {"addr_gen_mode", "1"},      // none: the pinned address is the only one
                  {"keep_addr_on_down", "1"}}; // as IPv4 does

    for (const auto& one : wanted)
        MBX_CHECK(write_sysctl(conf(AF_INET6, name, one.key), one.value));
    return {};
}

sdk::Result<void> set_address(Rtnl& rtnl,
                              int link,
                              const Address& own,
                              const Address& router,
                              const Mac& router_mac,
                              bool way_out) {
    MBX_CHECK(rtnl.add_address(link, own, own.bits()));
    MBX_CHECK(rtnl.set_neighbour(link, router, router_mac));
    MBX_CHECK(rtnl.add_route(link, Network{router, router.bits()}, std::nullopt));
    if (way_out)
        MBX_CHECK(rtnl.add_route(link, std::nullopt, router));
    return {};
}

} // namespace microbox::net
