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

/// Of what `nft -j get element` prints: the packets of its counters. [pure]
[[nodiscard]] std::uint64_t packets_in(std::string_view json);

} // namespace microbox::net_bridge
