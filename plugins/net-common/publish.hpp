// SPDX-License-Identifier: MIT
// --publish [IP:]HOST:SANDBOX[/udp]. [pure]
#pragma once

#include "address.hpp"

#include <microbox/sdk/request.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace microbox::net {

constexpr const char* publish_help = "a port of the host leads to one of the sandbox, TCP or /udp";

struct Publish {
    /// Where the host listens. Without an IP there are two: 127.0.0.1 and ::1.
    Address address;
    std::uint16_t host = 0;
    std::uint16_t sandbox = 0;
    bool udp = false;
    std::string source;      ///< "--publish 8080:80"
    bool by_default = false; ///< nobody named the address: one of the two
};

/// Errors: malformed, a port out of range, an address that no host listens on, two that overlap.
[[nodiscard]] sdk::Result<std::vector<Publish>> read_publishes(const sdk::Request& request);

/// "127.0.0.1:8080", "[::1]:8080/udp"
[[nodiscard]] std::string to_text(const Publish& publish);

/// By a relay of our own, not by the kernel's NAT (docs/decisions/0012).
[[nodiscard]] inline bool is_relayed(const Publish& publish) {
    return publish.address.is_loopback();
}

} // namespace microbox::net
