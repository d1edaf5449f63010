// SPDX-License-Identifier: MIT
// Links, addresses, routes and neighbours of one network namespace: that in which it was opened,
// wherever the thread is later.
#pragma once

#include "address.hpp"

#include <microbox/sdk/result.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct nl_sock;

namespace microbox::net_bridge {

using Mac = std::array<std::uint8_t, 6>;

struct Link {
    int index = 0;
    int master = 0; ///< 0: none
    unsigned mtu = 0;
    bool up = false;
    bool bridge = false;
    std::string name;
    Mac mac{};
};

/// Where packets for an address go.
struct Way {
    int link = 0;
    bool local = false; ///< an address of this host
    unsigned mtu = 0;   ///< of the route; 0: the link's
};

struct Route {
    Network network;
    int link = 0; ///< 0: none, or several
};

/// A port of a bridge, as the kernel sees it.
struct Port {
    bool forwarding = false;
    bool isolated = false;
    bool floods = true; ///< frames for nobody in particular
    bool learns = true;
    bool judged = false; ///< frames for reserved groups too take the way of all others
};

class Rtnl {
public:
    [[nodiscard]] static sdk::Result<Rtnl> open();

    /// nullopt: there is none.
    [[nodiscard]] sdk::Result<std::optional<Link>> link(const std::string& name);
    [[nodiscard]] sdk::Result<Link> link(int index);

    /// Down, without multicast snooping, with an address of its own that no port changes.
    [[nodiscard]] sdk::Result<void> add_bridge(const std::string& name, const Mac& mac);
    /// A virtual cable: name here, a port of master; peer in the other network. Both down.
    [[nodiscard]] sdk::Result<void> add_cable(const std::string& name,
                                              int master,
                                              const std::string& peer,
                                              int peer_network,
                                              const Mac& peer_mac,
                                              unsigned mtu);
    /// The port hears and is heard by the bridge's own interface alone, and is sent only what is
    /// for the MAC behind it.
    [[nodiscard]] sdk::Result<void> restrict_port(int link, const Mac& behind);
    [[nodiscard]] sdk::Result<Port> port(int link);
    [[nodiscard]] sdk::Result<void> set_up(int link);
    [[nodiscard]] sdk::Result<void> set_down(int link);
    /// A missing one is removed already.
    [[nodiscard]] sdk::Result<void> remove_link(const std::string& name);
    /// What leaves by the link is held to a rate; burst: bytes that may go at once.
    [[nodiscard]] sdk::Result<void>
    shape(int link, std::uint64_t bytes_per_second, std::uint64_t burst);

    /// One that is there already is added already. No detection of duplicates.
    [[nodiscard]] sdk::Result<void> add_address(int link, const Address& address, int prefix);
    /// network: nullopt is the default route of the gateway's family.
    [[nodiscard]] sdk::Result<void> add_route(int link,
                                              const std::optional<Network>& network,
                                              const std::optional<Address>& gateway);
    [[nodiscard]] sdk::Result<void> set_neighbour(int link, const Address& address, const Mac& mac);
    /// A missing one is removed already.
    [[nodiscard]] sdk::Result<void> remove_neighbour(int link, const Address& address);

    /// nullopt: nowhere.
    [[nodiscard]] std::optional<Way> way_to(const Address& address);
    /// Of all tables, without broadcast and multicast ones.
    [[nodiscard]] sdk::Result<std::vector<Route>> routes4();

private:
    struct Free {
        void operator()(nl_sock* socket) const;
    };

    explicit Rtnl(nl_sock* socket) : socket_(socket) {}

    std::unique_ptr<nl_sock, Free> socket_;
};

/// "02:00:00:00:00:01"
[[nodiscard]] std::string to_text(const Mac& mac);

} // namespace microbox::net_bridge
