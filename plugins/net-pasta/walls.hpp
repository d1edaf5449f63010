// SPDX-License-Identifier: MIT
// What the router refuses, and what it lets through all the same. [pure]
#pragma once

#include "allow.hpp"
#include "places.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace microbox::net_pasta {

/// One port, of TCP and UDP.
struct PortDoor {
    Network network;
    std::uint16_t port = 0;

    auto operator<=>(const PortDoor&) const = default;

    /// An address, which an option names: the host's own too.
    [[nodiscard]] bool exact() const { return network.prefix == network.address.bits(); }
};

struct Walls {
    std::vector<Network> refused; ///< the longest prefix counts, here and in open
    std::vector<Network> own;     ///< those of them that are the host's own
    std::vector<Network> open;
    std::vector<PortDoor> doors;
};

/// own: the host's own addresses and ranges. servers: of names, which may be asked on port 53.
[[nodiscard]] Walls raise(const std::vector<Allow>& allows,
                          const std::vector<Network>& own,
                          const std::vector<std::string>& servers);

/// What the sandbox's own kernel can refuse already, so that it is said at once: the router's
/// answers are limited in their rate (ip_error, net/ipv4/route.c). No wall: what binds to an
/// interface passes it (ip_route_output_key_hash_rcu there).
struct Courtesy {
    std::vector<Network> refused;
    std::vector<Network> to_router;
};

[[nodiscard]] Courtesy courtesy_of(const Walls& walls);

} // namespace microbox::net_pasta
