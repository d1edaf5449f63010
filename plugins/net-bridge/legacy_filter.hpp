// SPDX-License-Identifier: MIT
// The chain FORWARD of iptables-legacy, which nft does not show.
#pragma once

#include "foreign_filter.hpp"
#include "legacy_rules.hpp"
#include "traffic.hpp"

#include <microbox/sdk/result.hpp>

#include <optional>
#include <vector>

namespace microbox::net_bridge {

/// Whether the chain drops any of the packets for certain; by the same measure as find_obstacles().
/// Errors: entries that are none. [pure]
[[nodiscard]] sdk::Result<std::optional<Obstacle>> find_obstacle(const LegacyTable& table,
                                                                 const Traffic& traffic);

/// Of the network namespace of the calling thread. nullopt: there is no such table, and asking has
/// made none. Errors: the kernel's. [parent]
[[nodiscard]] sdk::Result<std::optional<LegacyTable>> read_legacy_table(bool ip6);

/// Of the families in use. [parent]
[[nodiscard]] sdk::Result<std::vector<Obstacle>> find_legacy_obstacles(const Traffic& traffic);

} // namespace microbox::net_bridge
