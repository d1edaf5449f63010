// SPDX-License-Identifier: MIT
// What one run asks of the bridge. [pure]
#pragma once

#include "allow.hpp"
#include "publish.hpp"
#include "resolvers.hpp"
#include "words.hpp"

#include <microbox/sdk/facts.hpp>
#include <microbox/sdk/request.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace microbox::net_bridge {

struct Settings {
    Network subnet; ///< IPv4, /8 to /30
    std::string subnet_source;
    std::vector<Publish> publishes;
    std::vector<Allow> allows;
    std::uint64_t rate = 0; ///< bytes a second; 0: any
    Resolvers resolvers;
    bool explains = false; ///< what is refused is counted for --explain-denials
};

[[nodiscard]] sdk::Result<Settings> read_settings(const sdk::Request& request,
                                                  const sdk::Facts& facts);

/// The host's address in the subnet, and the sandboxes' router: the first one.
[[nodiscard]] Address gateway_of(const Network& subnet);

/// The addresses of sandboxes, as numbers: without the network's, the router's, the broadcast's.
struct Numbers {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
};

[[nodiscard]] Numbers numbers_of(const Network& subnet);

} // namespace microbox::net_bridge
