// SPDX-License-Identifier: MIT
// Who is who between the sandbox and pasta. Each sandbox has a router of its own, so that all of
// them have the same addresses: of ranges that no network of anybody's has (RFC 7335 has
// 192.0.0.0/29 for such links), or that are private (RFC 4193).
//
//   command -- eth0 === box -- router -- tap0 == pasta -- the host's sockets
#pragma once

#include "address.hpp"
#include "rtnl.hpp"

namespace microbox::net_pasta {

using namespace net;

constexpr const char* inside_name = "eth0";
constexpr const char* box_name = "box";
constexpr const char* tap_name = "tap0";
constexpr Mac sandbox_mac = {0x02, 0x6d, 0x62, 0x78, 0x00, 0x02};
constexpr Mac router_mac = {0x02, 0x6d, 0x62, 0x78, 0x00, 0x01};
constexpr Mac pasta_mac = {0x02, 0x6d, 0x62, 0x78, 0x00, 0x03};

/// What a frame holds does not meet a wire: pasta has sockets, and the host's kernel cuts.
constexpr unsigned mtu = 16384;

struct Place {
    Address sandbox;
    Address router;
    Address pasta; ///< nobody: the router's way out is said to be by it
};

[[nodiscard]] inline Address place6(std::uint8_t number) {
    return {AF_INET6, {0xfd, 0x6d, 0x62, 0x78, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number}};
}

[[nodiscard]] inline Place place(int family) {
    if (family == AF_INET6)
        return {place6(2), place6(1), place6(3)};
    return {ipv4(0xc0000002), ipv4(0xc0000001), ipv4(0xc0000003)};
}

/// Of the router. In the first all that is open, with the host's own addresses refused; in the
/// second everything: for a port of an address that an option names.
constexpr int range_table = 100;
constexpr int exact_table = 101;

struct Families {
    bool ip4 = false;
    bool ip6 = false;
};

} // namespace microbox::net_pasta
