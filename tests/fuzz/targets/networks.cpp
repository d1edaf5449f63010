// SPDX-License-Identifier: MIT
// Addresses and networks: of --subnet, --net-allow and --net-rate of the caller or of a profile
// (a line "OPTION=VALUE" each), and of a journal. What is understood prints as what is understood
// as the same; what is opened is never more than what was written.
#include "address.hpp"
#include "allow.hpp"
#include "plugins/net-bridge/settings.hpp"
#include "tests/fuzz/target.hpp"

namespace microbox::fuzz {

namespace {

void network(std::string_view text) {
    const auto read = net::parse_network(text, "--net");
    is_told(read, "--net: ");
    if (!read.ok())
        return;
    HOLDS(read->prefix >= 0 && read->prefix <= read->address.bits());
    HOLDS(read->contains(read->address) && read->overlaps(*read));
    const auto again = net::parse_network(net::to_text(*read), "--net");
    HOLDS(again.ok() && *again == *read);
}

void allows(const std::vector<net::Allow>& all) {
    for (const net::Allow& one : all) {
        const std::string port = one.port == 0 ? "" : ":" + std::to_string(one.port);
        const std::string text = net::to_text(one.network);
        const std::string whole = one.network.address.family == AF_INET ? text : "[" + text + "]";
        const auto again = net::read_allows(asked(whole + port, "net-allow"));
        HOLDS(again.ok() && again->size() == 1 && again->front() == one);
        for (const net::Allow& other : all)
            HOLDS(&one == &other || one != other);
    }
}

} // namespace

void one(std::string_view text) {
    network(text);
    if (const auto address = net::parse_address(text)) {
        HOLDS(net::parse_address(net::to_text(*address)) == address);
        HOLDS(text.find_first_not_of("0123456789abcdefABCDEF.:") == std::string_view::npos);
    }
    const auto settings = net_bridge::read_settings(asked(text, "net-allow"), {});
    is_told(settings, "--");
    if (!settings.ok())
        return;
    allows(settings->allows);
    HOLDS(settings->subnet.prefix >= 8 && settings->subnet.prefix <= 30);
    const net_bridge::Numbers numbers = net_bridge::numbers_of(settings->subnet);
    HOLDS(numbers.count >= 1);
    HOLDS(settings->subnet.contains(net::ipv4(numbers.first + numbers.count - 1)));
    HOLDS(settings->rate == 0 || (settings->rate >= 8000 && settings->rate <= 12500000000));
}

} // namespace microbox::fuzz
