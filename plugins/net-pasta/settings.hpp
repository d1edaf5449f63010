// SPDX-License-Identifier: MIT
// What one run asks of --net pasta. [pure]
#pragma once

#include "allow.hpp"
#include "places.hpp"
#include "publish.hpp"
#include "resolvers.hpp"

#include <microbox/sdk/facts.hpp>
#include <microbox/sdk/request.hpp>

#include <string>
#include <vector>

namespace microbox::net_pasta {

struct Settings {
    std::string program; ///< the path of pasta
    /// /dev/net/tun is root's alone here: pasta, which is not root, is given one of its own.
    bool own_tun = false;
    bool isolated_ids = true;
    std::vector<Publish> publishes;
    std::vector<Allow> allows;
    Resolvers resolvers;
    /// On the host's loopback: asked by a relay, in the router's name. Empty: resolvers are asked.
    std::vector<Address> relayed;

    /// What /etc/resolv.conf names.
    [[nodiscard]] std::vector<std::string> servers() const;
};

[[nodiscard]] std::vector<sdk::FactQuery> questions(const sdk::Request& request);

/// Errors: a wrong option, no pasta, no /dev/net/tun that could be used.
[[nodiscard]] sdk::Result<Settings> read_settings(const sdk::Request& request,
                                                  const sdk::Facts& facts);

[[nodiscard]] bool may_be_opened_by_all(const sdk::PathFact& tun);

constexpr const char* program_name = "pasta";
constexpr const char* tun_device = "/dev/net/tun";

} // namespace microbox::net_pasta
