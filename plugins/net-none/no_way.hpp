// SPDX-License-Identifier: MIT
// How often the kernel found no route in a network namespace: connections and datagrams to
// somewhere else than loopback (IpOutNoRoutes: tcp_v4_connect in net/ipv4/tcp_ipv4.c, udp_sendmsg
// in net/ipv4/udp.c; Ip6OutNoRoutes: ip6_dst_lookup_tail in net/ipv6/ip6_output.c). It does not
// say by whom, nor where to.
#pragma once

#include <microbox/sys/fd.hpp>

#include <cstdint>
#include <string_view>

#include <sys/types.h>

namespace microbox::net_none {

class NoWay {
public:
    /// Open files keep the namespace, and what it has counted, beyond its last process. A kernel
    /// without one of the families has no file of it.
    explicit NoWay(pid_t process);

    [[nodiscard]] std::uint64_t count() const;

private:
    sys::Fd ip4_;
    sys::Fd ip6_;
};

/// Of /proc/net/snmp: a line of names, then one of values. [pure]
[[nodiscard]] std::uint64_t no_routes4(std::string_view snmp);

/// Of /proc/net/snmp6: a name and its value in each line. [pure]
[[nodiscard]] std::uint64_t no_routes6(std::string_view snmp6);

} // namespace microbox::net_none
