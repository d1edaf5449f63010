// SPDX-License-Identifier: MIT
// --net-allow CIDR[:PORT]: what is opened beside the internet. [pure]
#pragma once

#include "address.hpp"

#include <microbox/sdk/request.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace microbox::net {

constexpr const char* allow_help = "open a private address or range, or an address of the host";

struct Allow {
    Network network;
    std::uint16_t port = 0; ///< TCP and UDP; 0: everything

    auto operator<=>(const Allow&) const = default;
};

/// "open beside the internet: 10.1.0.0/16 port 443"
[[nodiscard]] std::string said_open(const Allow& allow);

/// Without those that another one holds: the kernel's sets of ranges take no overlap. Errors: no
/// network, no port.
[[nodiscard]] sdk::Result<std::vector<Allow>> read_allows(const sdk::Request& request);

} // namespace microbox::net
