// SPDX-License-Identifier: MIT
// How often the walls of the bridge have refused a packet of one sandbox.
#pragma once

#include "elements.hpp"
#include "nft.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace microbox::net_bridge {

/// Of both families. Errors: none; what cannot be read counts nothing.
[[nodiscard]] std::uint64_t refusals_of(Nft& nft, const Member& member);

/// The packets of the counters that `nft -j get element` prints: as JSON, or, as nftables 1.0.6
/// does for this one command, in the words of the rules. [pure]
[[nodiscard]] std::uint64_t packets_in(std::string_view listing);

} // namespace microbox::net_bridge
