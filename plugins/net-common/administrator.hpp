// SPDX-License-Identifier: MIT
// What CAP_NET_ADMIN of the command does to the promises of a network mode.
#pragma once

#include <microbox/sdk/result.hpp>
#include <microbox/sdk/session.hpp>

#include <string>

namespace microbox::net {

/// Errors: the command would administer the host's own network. With a limited rate: says that the
/// command can lift its part of the limit. [verify]
[[nodiscard]] sdk::Result<void> check_administrator(sdk::Session& session,
                                                    const std::string& mode,
                                                    bool isolated_ids,
                                                    bool limited);

} // namespace microbox::net
