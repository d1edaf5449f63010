// SPDX-License-Identifier: MIT
// What network modes with a network of their own plan alike. [pure]
#pragma once

#include <microbox/sdk/plan.hpp>
#include <microbox/sdk/request.hpp>

#include <string>

namespace microbox::sdk {

/// Loopback up, and ping without CAP_NET_RAW (icmp(7)): every group of the sandbox may open an ICMP
/// socket.
inline void add_own_network_basics(Fragment& fragment, const Request& request) {
    fragment.add(Stage::inside, LinkUp{"lo"});
    fragment.add(
        Stage::inside,
        Sysctl{"net/ipv4/ping_group_range", "0 " + std::to_string(request.group_count - 1)});
}

} // namespace microbox::sdk
