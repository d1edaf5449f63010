// SPDX-License-Identifier: MIT
// The host's resolv.conf, which DHCP servers and VPNs write into, and --dns. At most three servers,
// each an address that is not the host's own: the text becomes a file of the sandbox and an opening
// in its walls.
#include "resolvers.hpp"

#include "address.hpp"
#include "tests/fuzz/target.hpp"

namespace microbox::fuzz {

namespace {

void are_servers(const std::vector<std::string>& servers, bool on_loopback) {
    HOLDS(servers.size() <= 3);
    for (const std::string& server : servers) {
        const auto address = net::parse_address(server);
        HOLDS(address && address->is_loopback() == on_loopback);
        HOLDS(server.find_first_of(" \n%") == std::string::npos);
    }
}

} // namespace

void one(std::string_view text) {
    sdk::Facts facts;
    sdk::PathFact fact;
    fact.exists = true;
    fact.text = text;
    facts.put({sdk::FactQuery::Kind::text, "/etc/resolv.conf"}, fact);
    const auto of_host = net::choose_resolvers({}, facts);
    HOLDS(of_host.ok() && !of_host->servers.empty());
    are_servers(of_host->servers, false);
    are_servers(of_host->on_loopback, true);

    const auto of_option = net::choose_resolvers(asked(text, "dns"), facts);
    is_told(of_option, "--dns");
    if (of_option.ok())
        for (const std::string& server : of_option->servers)
            HOLDS(net::parse_address(server));
}

} // namespace microbox::fuzz
