// SPDX-License-Identifier: MIT
// One client of a TcpRelay and its connection to the target.
#pragma once

#include "flow.hpp"
#include "relay.hpp"

#include <microbox/sdk/session.hpp>
#include <microbox/sys/fd.hpp>

#include <cstddef>
#include <functional>
#include <vector>

namespace microbox::net {

class TcpConnection {
public:
    /// targets: the first that takes the connection; they must outlive it.
    TcpConnection(sdk::Session& session, const std::vector<Target>& targets)
        : session_(session), where_(targets) {}

    TcpConnection(const TcpConnection&) = delete;
    TcpConnection& operator=(const TcpConnection&) = delete;
    ~TcpConnection() = default;

    /// Takes all descriptors but the client's. Before the client is accepted: one that has been
    /// accepted can be served. Errors: the errno, 0 for none; EMFILE too when only the reserve is
    /// left.
    [[nodiscard]] int open();

    /// Begins to connect to the target. ended() is called once, maybe before this returns, as the
    /// last thing that is done; it may destroy the connection.
    void start(sys::Fd client, std::function<void()> ended);

private:
    struct Side {
        sys::Fd socket;
        int watched = -1;  ///< events; -1: not watched
        bool hung = false; ///< poll has told of its end, unasked, and would not cease to
    };

    enum class Ending { orderly, reset };

    void ready(Side& side, short happened);
    void connect();
    void connect_elsewhere();
    [[nodiscard]] int move(const Side& side);
    void watch_both();
    void watch(Side& side, int events);
    void end(Ending ending);

    sdk::Session& session_;
    const std::vector<Target>& where_;
    std::size_t tried_ = 0; ///< the target that is being connected to
    Side client_;
    Side target_;
    Flow up_;   ///< client to target
    Flow down_; ///< target to client
    bool connected_ = false;
    std::function<void()> ended_;
};

} // namespace microbox::net
