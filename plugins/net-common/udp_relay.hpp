// SPDX-License-Identifier: MIT
// UdpRelay: hands the datagrams of a socket on to a target, and each answer to the client whose it
// is.
#pragma once

#include "relay.hpp"

#include <microbox/sdk/session.hpp>
#include <microbox/sys/fd.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>
#include <vector>

#include <netinet/in.h>

namespace microbox::net {

/// There is no connection whose end could be seen: a client is forgotten when others need its
/// place, or after a while. conntrack's own time for an answered UDP flow begins at 30 s and goes
/// to 120 s (net/netfilter/nf_conntrack_proto_udp.c).
struct UdpBounds {
    std::size_t most = most_clients;
    std::chrono::nanoseconds idle = std::chrono::seconds(60);
};

class UdpRelay {
public:
    /// socket: bound, non-blocking. network: of the target; -1: the supervisor's own.
    UdpRelay(sdk::Session& session,
             sys::Fd socket,
             const sockaddr_storage& target,
             socklen_t target_size,
             UdpBounds bounds = {},
             int network = -1);

    UdpRelay(const UdpRelay&) = delete;
    UdpRelay& operator=(const UdpRelay&) = delete;
    ~UdpRelay() = default;

    /// Errors: the socket would wait. [running]
    [[nodiscard]] sdk::Result<void> start();

private:
    using Clock = std::chrono::steady_clock;
    /// A sockaddr_in or sockaddr_in6; what is behind it is 0.
    using Peer = std::array<char, sizeof(sockaddr_in6)>;

    struct PeerHash {
        std::size_t operator()(const Peer& peer) const;
    };

    struct Client {
        Peer peer;
        socklen_t size;
        sys::Fd socket; ///< connected to the target
        Clock::time_point used;
    };

    using Clients = std::list<Client>; ///< the most recently used first

    void from_clients();
    void from_target(Clients::iterator client);
    [[nodiscard]] Clients::iterator client_of(const Peer& peer, socklen_t size);
    [[nodiscard]] Clients::iterator add(const Peer& peer, socklen_t size);
    void touch(Clients::iterator client);
    void forget_oldest();
    void forget_idle();
    void call_for_idle(std::chrono::nanoseconds delay);
    void tell_once(int error);

    sdk::Session& session_;
    sys::Fd socket_;
    Target target_;
    UdpBounds bounds_;
    Clients clients_;
    std::unordered_map<Peer, Clients::iterator, PeerHash> by_peer_;
    std::vector<char> datagram_;
    bool deadline_ = false; ///< one is set; none while there are no clients
    bool told_ = false;
};

} // namespace microbox::net
