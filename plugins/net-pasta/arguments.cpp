// SPDX-License-Identifier: MIT
#include "arguments.hpp"

namespace microbox::net_pasta {

std::vector<std::string> pasta_arguments(const std::string& program, const WaysOut& ways) {
    std::vector<std::string> all = {program,
                                    "--foreground", // it is our child, and ends with us
                                    "--quiet",
                                    "--stderr",
                                    "--pid",
                                    "/proc/self/fd/1",
                                    "--netns",
                                    "/proc/self/fd/0",
                                    "--no-netns-quit",
                                    "--ns-ifname",
                                    tap_name,
                                    "--mac-addr",
                                    to_text(pasta_mac),
                                    "--mtu",
                                    std::to_string(mtu)};
    // Nothing of the host leads in, nothing of the router's to the host: ports are our relays'.
    for (const char* const none : {"-t", "-u", "-T", "-U", "-D", "-S"}) {
        all.emplace_back(none);
        all.emplace_back("none");
    }
    // The router is not one that asks, and the host's loopback has no name there.
    for (const char* const not_served :
         {"--no-map-gw", "--no-dhcp", "--no-dhcpv6", "--no-ndp", "--no-ra"})
        all.emplace_back(not_served);
    if (!ways.interface.empty()) {
        all.emplace_back("--interface");
        all.push_back(ways.interface);
    }
    if (!ways.families.ip6)
        all.emplace_back("--ipv4-only");
    if (!ways.families.ip4)
        all.emplace_back("--ipv6-only");
    for (const int family : {AF_INET, AF_INET6}) {
        if (!(family == AF_INET ? ways.families.ip4 : ways.families.ip6))
            continue;
        const Place at = place(family);
        all.emplace_back("--address");
        all.push_back(to_text(at.sandbox));
        all.emplace_back("--gateway");
        all.push_back(to_text(at.pasta));
    }
    return all;
}

} // namespace microbox::net_pasta
