// SPDX-License-Identifier: MIT
#include "allow.hpp"

#include <microbox/sdk/provenance.hpp>
#include <microbox/sdk/units.hpp>

#include <algorithm>

namespace microbox::net {

namespace {

sdk::Result<Allow> read_one(const sdk::Given& given) {
    const std::string source = sdk::said("net-allow", given);
    std::string_view network = given.value;
    std::string_view port;
    if (network.starts_with('[')) {
        const std::size_t end = network.find(']');
        if (end == std::string_view::npos)
            return sdk::fail(source + ": '" + given.value + "': a ']' is missing",
                             "like [fd00::/8]:443");
        port = network.substr(end + 1);
        network = network.substr(1, end - 1);
        if (!port.empty() && !port.starts_with(':'))
            return sdk::fail(source + ": '" + given.value + "': after ']' comes ':' and a port");
    } else if (const std::size_t colon = network.find(':');
               colon != std::string_view::npos &&
               network.find(':', colon + 1) == std::string_view::npos) {
        // One colon: an IPv6 network has two at least.
        port = network.substr(colon);
        network = network.substr(0, colon);
    }
    const std::string where = source + " " + given.value;
    Allow allow;
    MBX_TRY(allow.network, parse_network(network, network == given.value ? source : where));
    if (!port.empty()) {
        MBX_TRY(const std::uint64_t number,
                sdk::parse_count(port.substr(1), where + ": the port", 1, 65535));
        allow.port = static_cast<std::uint16_t>(number);
    }
    return allow;
}

/// Everything that b opens is open by a.
bool holds(const Allow& a, const Allow& b) {
    return (a.port == b.port || a.port == 0) && a.network.prefix <= b.network.prefix &&
           a.network.contains(b.network.address);
}

} // namespace

std::string said_open(const Allow& allow) {
    return "open beside the internet: " + to_text(allow.network) +
           (allow.port == 0 ? "" : " port " + std::to_string(allow.port));
}

sdk::Result<std::vector<Allow>> read_allows(const sdk::Request& request) {
    std::vector<Allow> all;
    for (const sdk::Given& given : request.all("net-allow")) {
        MBX_TRY(const Allow allow, read_one(given));
        if (std::any_of(all.begin(), all.end(), [&](const Allow& a) { return holds(a, allow); }))
            continue;
        std::erase_if(all, [&](const Allow& a) { return holds(allow, a); });
        all.push_back(allow);
    }
    return all;
}

} // namespace microbox::net
