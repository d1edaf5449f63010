// SPDX-License-Identifier: MIT
// Which servers of names a sandbox has: those of --dns, or those of the host that can be reached
// from a network of one's own. [pure]
#pragma once

#include <microbox/sdk/facts.hpp>
#include <microbox/sdk/request.hpp>
#include <microbox/sdk/result.hpp>

#include <string>
#include <vector>

namespace microbox::net {

[[nodiscard]] std::vector<sdk::FactQuery> resolver_questions(const sdk::Request& request);

struct Resolvers {
    std::vector<std::string> servers; ///< addresses; at most 3
    std::string source;               ///< "--dns", "the host's /etc/resolv.conf"
    /// Those of the host on its own loopback, when it has no others and --dns says nothing: servers
    /// are public ones then.
    std::vector<std::string> on_loopback;
};

/// Errors: what --dns says is no address.
[[nodiscard]] sdk::Result<Resolvers> choose_resolvers(const sdk::Request& request,
                                                      const sdk::Facts& facts);

} // namespace microbox::net
