// SPDX-License-Identifier: MIT
// The way of a packet through a base chain of nftables, as nf_tables_core.c has it. [pure]
#pragma once

#include "nft_rules.hpp"
#include "traffic.hpp"

namespace microbox::net_bridge {

/// Whether the packet ends here for certain. A rule counts when all its conditions are met for
/// certain: one about some address or port is nobody's obstacle, and no help either.
[[nodiscard]] bool drops(const Table& table, const Chain& base, const Packet& packet);

} // namespace microbox::net_bridge
