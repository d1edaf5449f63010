// SPDX-License-Identifier: MIT
// Forwarding between the interfaces of the host: on for the families that are needed, and back to
// what it was. In the journal of what runs share: "sysctl NAME VALUE" for what was there before,
// "quiet4 INTERFACE" for each interface that forwarded nothing, "alone" when nobody had rules for
// what is forwarded.
#pragma once

#include "nft.hpp"

#include <microbox/sdk/session.hpp>

#include <string>
#include <vector>

namespace microbox::net_bridge {

/// Switches it on where it is off; says so at info.
[[nodiscard]] sdk::Result<void>
switch_on_forwarding(int family, sdk::Shared& shared, Nft& nft, sdk::Log& log);

/// "add element inet microbox quiet4 { ... }" for what the entries say; "" for none. [pure]
[[nodiscard]] std::string quiet_elements(const std::vector<std::string>& entries);

/// entries: newest first. Not when somebody has come meanwhile who forwards: that is said.
[[nodiscard]] sdk::Result<void>
put_back_forwarding(const std::vector<std::string>& entries, Nft& nft, sdk::Log& log);

} // namespace microbox::net_bridge
