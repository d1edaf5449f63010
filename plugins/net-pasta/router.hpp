// SPDX-License-Identifier: MIT
// The sandbox's router: a network namespace between it and pasta. The command cannot reach it with
// any capability, so that what it refuses is refused.
#pragma once

#include "places.hpp"
#include "walls.hpp"

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <vector>

namespace microbox::net_pasta {

class Router {
public:
    /// network: the router's, of the cell. It must outlive the router. ip6: the host has it.
    [[nodiscard]] static sdk::Result<Router> open(int network, bool ip6);

    /// The walls stand, and eth0 in the sandbox is up; nothing leads out yet.
    [[nodiscard]] sdk::Result<void>
    build(const sys::Fd& sandbox, const Families& out, const Walls& walls);

    /// pasta has made its interface: everything goes out by it.
    [[nodiscard]] sdk::Result<void> join_pasta(const Families& out, const Walls& walls);

    /// Addresses that the host has now.
    [[nodiscard]] sdk::Result<void> refuse(const std::vector<Network>& own);

    /// Errors: a way leads through a wall. [verify]
    [[nodiscard]] sdk::Result<void> check(const Walls& walls);

private:
    Router(int network, Rtnl rtnl, bool ip6)
        : network_(network), rtnl_(std::move(rtnl)), ip6_(ip6) {}

    [[nodiscard]] sdk::Result<void> raise_walls(const Walls& walls);
    [[nodiscard]] sdk::Result<void> open_ways(const Walls& walls, int link, int family);

    int network_;
    Rtnl rtnl_;
    bool ip6_;
};

} // namespace microbox::net_pasta
