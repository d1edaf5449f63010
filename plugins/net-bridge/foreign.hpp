// SPDX-License-Identifier: MIT
// Whether others on this host drop what is forwarded from and to sandboxes: a drop in any table is
// final, whatever ours say.
#pragma once

#include "nft.hpp"
#include "uplinks.hpp"

#include <microbox/sdk/plugin.hpp>
#include <microbox/sdk/result.hpp>

#include <vector>

namespace microbox::net_bridge {

/// Errors: somebody does, with the exact remedy. Rules that cannot be read are a warning. [prepare]
[[nodiscard]] sdk::Result<void>
check_foreign_filters(Nft& nft, const Uplinks& uplinks, sdk::Log& log);

/// For doctor.
[[nodiscard]] std::vector<sdk::Finding> examine_host();

} // namespace microbox::net_bridge
