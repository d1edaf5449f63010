// SPDX-License-Identifier: MIT
// --net-allow CIDR[:PORT]: what is opened beside the internet. [pure]
#pragma once

#include "address.hpp"

#include <microbox/sdk/request.hpp>

#include <cstdint>
#include <vector>

namespace microbox::net_bridge {

struct Allow {
    Network network;
    std::uint16_t port = 0; ///< TCP and UDP; 0: everything

    auto operator<=>(const Allow&) const = default;
};

/// Without those that another one holds: the kernel's sets of ranges take no overlap. Errors: no
/// network, no port.
[[nodiscard]] sdk::Result<std::vector<Allow>> read_allows(const sdk::Request& request);

} // namespace microbox::net_bridge
