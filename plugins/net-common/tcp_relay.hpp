// SPDX-License-Identifier: MIT
// TcpRelay: hands the connections of a listening socket on to a target.
#pragma once

#include "relay.hpp"
#include "tcp_connection.hpp"

#include <microbox/sdk/session.hpp>
#include <microbox/sys/fd.hpp>

#include <cstddef>
#include <list>
#include <vector>

namespace microbox::net {

class TcpRelay {
public:
    /// listener: bound, listening, non-blocking. most: connections at once; more wait unaccepted.
    /// network: of the targets; -1: the supervisor's own.
    TcpRelay(sdk::Session& session,
             sys::Fd listener,
             const sockaddr_storage& target,
             socklen_t target_size,
             std::size_t most = most_clients,
             int network = -1)
        : session_(session),
          listener_(std::move(listener)),
          targets_{{target, target_size, network}},
          most_(most) {}

    TcpRelay(const TcpRelay&) = delete;
    TcpRelay& operator=(const TcpRelay&) = delete;
    ~TcpRelay() = default;

    /// Another target, for when the first refuses. Before start().
    void or_else(const sockaddr_storage& target, socklen_t size) {
        targets_.push_back({target, size, targets_.front().network});
    }

    /// Errors: the socket does not listen, or would wait. [running]
    [[nodiscard]] sdk::Result<void> start();

private:
    void accept_one();
    void rest(int error);
    void watch_or_not();

    sdk::Session& session_;
    sys::Fd listener_;
    std::vector<Target> targets_;
    std::size_t most_;
    std::list<TcpConnection> connections_;
    bool watched_ = false;
    bool resting_ = false;
    bool told_ = false;
};

} // namespace microbox::net
