// SPDX-License-Identifier: MIT
// --publish, which the caller or the author of a profile writes: one a line. Without an address
// only loopback listens, no two want the same port, and each prints as what is understood as the
// same.
#include "publish.hpp"
#include "tests/fuzz/target.hpp"

namespace microbox::fuzz {

void one(std::string_view text) {
    const auto publishes = net::read_publishes(asked(text, "publish"));
    is_told(publishes, "--publish");
    if (!publishes.ok())
        return;
    for (const net::Publish& publish : *publishes) {
        HOLDS(publish.host != 0 && publish.sandbox != 0);
        HOLDS(!publish.by_default || publish.address.is_loopback());
        HOLDS(!net::is_mapped(publish.address));
        const std::string said = net::to_text(publish);
        const std::size_t protocol = std::min(said.find('/'), said.size());
        const std::string whole = said.substr(0, protocol) + ":" + std::to_string(publish.sandbox) +
                                  said.substr(protocol);
        const auto again = net::read_publishes(asked(whole, "publish"));
        HOLDS(again.ok() && again->size() == 1);
        HOLDS(again->front().address == publish.address && again->front().udp == publish.udp);
        for (const net::Publish& other : *publishes)
            HOLDS(&other == &publish || net::to_text(other) != said);
    }
}

} // namespace microbox::fuzz
