// SPDX-License-Identifier: MIT
#include "settings.hpp"

#include "rate.hpp"

#include <microbox/sdk/provenance.hpp>

namespace microbox::net_bridge {

namespace {

constexpr int widest = 8;
constexpr int narrowest = 30;

sdk::Result<Network> read_subnet(const sdk::Given& given, const std::string& source) {
    MBX_TRY(const Network subnet, parse_network(given.value, source));
    const std::string named = source + ": '" + given.value + "' ";
    if (subnet.address.family != AF_INET)
        return sdk::fail(named + "is not an IPv4 network",
                         "the sandbox's IPv6 address is of a private prefix of this host's, and "
                         "needs no option");
    if (subnet.prefix < widest || subnet.prefix > narrowest)
        return sdk::fail(named + "holds too " + (subnet.prefix < widest ? "much" : "little") +
                         ": from /8 to /30");
    const Network none[] = {{ipv4(0x00000000), 8},  // this host
                            {ipv4(0x7f000000), 8},  // loopback
                            {ipv4(0xa9fe0000), 16}, // link-local
                            {ipv4(0xe0000000), 3}}; // multicast and reserved
    for (const Network& special : none)
        if (subnet.overlaps(special))
            return sdk::fail(named + "is not for hosts: " + to_text(special) +
                                 " has another meaning",
                             "a private network, like 10.99.0.0/16");
    return subnet;
}

} // namespace

sdk::Result<Settings> read_settings(const sdk::Request& request, const sdk::Facts& facts) {
    Settings settings;
    const sdk::Given fallback{"10.44.0.0/16", "default", true};
    const sdk::Given* given = request.one("subnet");
    given = given == nullptr ? &fallback : given;
    settings.subnet_source = sdk::said("subnet", *given);
    MBX_TRY(settings.subnet, read_subnet(*given, settings.subnet_source));
    MBX_TRY(settings.publishes, read_publishes(request));
    MBX_TRY(settings.allows, read_allows(request));
    MBX_TRY(settings.rate, read_rate(request));
    MBX_TRY(settings.resolvers, choose_resolvers(request, facts));
    settings.explains = request.explain_denials;
    return settings;
}

Address gateway_of(const Network& subnet) {
    return ipv4(to_number(subnet.address) + 1);
}

Numbers numbers_of(const Network& subnet) {
    const std::uint32_t all = 1U << static_cast<unsigned>(32 - subnet.prefix);
    return {to_number(subnet.address) + 2, all - 3};
}

} // namespace microbox::net_bridge
