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

namespace microbox::net {

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
    /// A virtual cable: name here, a port of master (0: of none); peer in the other network. Both
    /// down. index: of the end here; 0: any that is free.
    [[nodiscard]] sdk::Result<void> add_cable(const std::string& name,
                                              int master,
                                              const std::string& peer,
                                              int peer_network,
                                              const Mac& peer_mac,
                                              unsigned mtu,
                                              int index = 0);
    /// The port hears and is heard by the bridge's own interface alone, and is sent only what is
    /// for the MAC behind it.
    [[nodiscard]] sdk::Result<void> restrict_port(int link, const Mac& behind);
    [[nodiscard]] sdk::Result<Port> port(int link);
    [[nodiscard]] sdk::Result<void> set_mac(int link, const Mac& mac);
    /// queue: packets that may wait in it.
    [[nodiscard]] sdk::Result<void> set_size(int link, unsigned mtu, unsigned queue);
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

    /// What is sent there, or forwarded, is refused at once, with an ICMP message where it is
    /// forwarded. One that is there already is added already.
    [[nodiscard]] sdk::Result<void> add_refusal(const Network& network, int table);
    /// By a gateway to which no route need lead.
    [[nodiscard]] sdk::Result<void>
    add_way(int link, const Network& network, const Address& gateway, int table);
    /// What goes to that port looks into this table before the main one.
    [[nodiscard]] sdk::Result<void>
    add_port_rule(const Network& to, bool udp, std::uint16_t port, int table);

    /// nullopt: nowhere.
    [[nodiscard]] std::optional<Way> way_to(const Address& address);
    /// To the internet of that family.
    [[nodiscard]] std::optional<Way> way_out(int family);
    /// Of all tables, without broadcast and multicast ones.
    [[nodiscard]] sdk::Result<std::vector<Route>> routes4();
    /// What this host takes for itself: its addresses, and ranges that it was told to.
    [[nodiscard]] sdk::Result<std::vector<Network>> own_networks(int family);

private:
    struct Free {
        void operator()(nl_sock* socket) const;
    };

    explicit Rtnl(nl_sock* socket) : socket_(socket) {}

    std::unique_ptr<nl_sock, Free> socket_;
};

/// "02:00:00:00:00:01"
[[nodiscard]] std::string to_text(const Mac& mac);

} // namespace microbox::net
