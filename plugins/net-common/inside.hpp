// SPDX-License-Identifier: MIT
// The interface that a sandbox has: how it is set up from outside.
#pragma once

#include "rtnl.hpp"

#include <microbox/sdk/result.hpp>

#include <string>

namespace microbox::net {

/// What the interface believes of others: nothing. In the thread's network namespace, so within().
[[nodiscard]] sdk::Result<void> set_manners(const std::string& name, bool ip6);

/// One address and one router, whose MAC is pinned; way_out: everything goes by it.
[[nodiscard]] sdk::Result<void> set_address(Rtnl& rtnl,
                                            int link,
                                            const Address& own,
                                            const Address& router,
                                            const Mac& router_mac,
                                            bool way_out);

} // namespace microbox::net
