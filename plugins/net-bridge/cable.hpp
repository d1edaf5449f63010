// SPDX-License-Identifier: MIT
// The link between a sandbox and the bridge, and what it looks like at either end.
#pragma once

#include "commons.hpp"
#include "elements.hpp"
#include "rtnl.hpp"
#include "words.hpp"

#include <microbox/sdk/session.hpp>

#include <cstdint>

namespace microbox::net_bridge {

struct Cable {
    unsigned mtu = 1500;
    std::uint64_t rate = 0; ///< bytes a second, each way; 0: any
    bool way_out4 = false;  ///< a default route
    bool way_out6 = false;
};

/// Makes it, from the host to the network of init's. The elements of the member stand already:
/// there is no moment in which the port is open. [attach]
[[nodiscard]] sdk::Result<void> lay(sdk::Session& session,
                                    Rtnl& rtnl,
                                    const Settings& settings,
                                    const Commons& commons,
                                    const Member& member,
                                    const Cable& cable);

/// The kernel's account of the port; waits until frames pass. [verify]
[[nodiscard]] sdk::Result<void> check(Rtnl& rtnl, const Commons& commons, const Member& member);

} // namespace microbox::net_bridge
