// SPDX-License-Identifier: MIT
// What leads out of this host, and what of it this run needs.
#pragma once

#include "rtnl.hpp"
#include "settings.hpp"
#include "words.hpp"

#include <microbox/sdk/result.hpp>

#include <string>
#include <vector>

namespace microbox::net_bridge {

struct Families {
    bool ip4 = false;
    bool ip6 = false;
};

struct Uplinks {
    bool published = false;         ///< connections from outside are led in
    Families families;              ///< to be forwarded: there is a way out, or an option asks
    unsigned mtu = 0;               ///< the least of the ways
    std::vector<std::string> names; ///< of their interfaces
};

/// Errors: no way out at all, and no option that would need none.
[[nodiscard]] sdk::Result<Uplinks> find_uplinks(Rtnl& rtnl, const Settings& settings);

} // namespace microbox::net_bridge
