// SPDX-License-Identifier: MIT
// What the sandboxes share: the bridge, the tables, the private IPv6 prefix, forwarding. Made by
// the first, looked after by each, removed by `gc --all`. In the journal: "bridge mbx0", "table
// inet microbox", "prefix fd...::/64", "subnet 10.44.0.0/16", "rules HASH", and forwarding.hpp's.
#pragma once

#include "nft.hpp"
#include "rtnl.hpp"
#include "settings.hpp"
#include "uplinks.hpp"
#include "words.hpp"

#include <microbox/sdk/session.hpp>

#include <optional>
#include <string>
#include <vector>

namespace microbox::net_bridge {

struct Commons {
    Link bridge;
    std::optional<Network> prefix6; ///< none: the host has no IPv6
};

/// Errors: a subnet that collides, a bridge of that name that is somebody else's, no nf_tables.
[[nodiscard]] sdk::Result<Commons> make_commons(sdk::Shared& shared,
                                                Rtnl& rtnl,
                                                Nft& nft,
                                                const Settings& settings,
                                                const Families& needed,
                                                sdk::Log& log);

/// Puts the tables back that somebody has removed or changed; one supervisor does. [running]
[[nodiscard]] sdk::Result<void> make_rules(sdk::Shared& shared, Nft& nft);

/// The rules are those that a microbox has made, of this version or another that runs beside it.
/// entries: of now. [verify]
[[nodiscard]] sdk::Result<void> check_rules(Nft& nft, const std::vector<std::string>& entries);

/// entries: newest first.
[[nodiscard]] sdk::Result<void> release_commons(const std::vector<std::string>& entries,
                                                sdk::Log& log);

} // namespace microbox::net_bridge
