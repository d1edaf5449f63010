// SPDX-License-Identifier: MIT
// Becoming one of the sandboxes on the bridge: an address nobody else has, and the elements of the
// tables that speak of it. In the run's journal: "element ELEMENT" (those of
// one address begin with that in `taken`), "link NAME", "neighbour ADDRESS".
#pragma once

#include "commons.hpp"
#include "elements.hpp"
#include "nft.hpp"

#include <microbox/sdk/session.hpp>

#include <string>
#include <vector>

namespace microbox::net_bridge {

/// Errors: the subnet is full.
[[nodiscard]] sdk::Result<Member>
join(sdk::Session& session, Nft& nft, const Settings& settings, const Commons& commons);

/// The sandbox's own elements stand.
[[nodiscard]] bool is_member(Nft& nft, const Member& member);

/// Once more, after somebody has removed the tables. [running]
[[nodiscard]] sdk::Result<void>
join_again(Nft& nft, const Settings& settings, const Commons& commons, const Member& member);

/// Gives back what the entries of one run name, newest first. link_ends_itself: with its network
/// namespace, now.
[[nodiscard]] sdk::Result<void> leave(const std::vector<std::string>& entries,
                                      bool link_ends_itself);

} // namespace microbox::net_bridge
