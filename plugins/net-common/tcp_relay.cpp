// SPDX-License-Identifier: MIT
#include "tcp_relay.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

namespace microbox::net {

namespace {

constexpr auto pause = std::chrono::milliseconds(100);

/// accept(2): the client is not there, or no longer.
bool is_the_clients(int error) {
    return error == EAGAIN || error == EINTR || error == ECONNABORTED;
}

} // namespace

sdk::Result<void> TcpRelay::start() {
    int listens = 0;
    socklen_t size = sizeof listens;
    if (::getsockopt(listener_.get(), SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) < 0 ||
        listens == 0)
        return sdk::fail(name_of(listener_.get()) + ": the socket of a relay must listen");
    const int flags = ::fcntl(listener_.get(), F_GETFL);
    if (flags < 0 || (flags & O_NONBLOCK) == 0)
        return sdk::fail(name_of(listener_.get()) + ": the socket of a relay must not block");
    watch_or_not();
    return {};
}

/// One at a time: poll comes again when there are more, and others have their turn before.
void TcpRelay::accept_one() {
    connections_.emplace_front(session_, targets_);
    const auto connection = connections_.begin();
    int error = connection->open();
    sys::Fd client;
    if (error == 0) {
        client.reset(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        error = client ? 0 : errno;
    }
    if (error != 0) {
        connections_.erase(connection);
        if (!is_the_clients(error))
            rest(error);
        return;
    }
    connection->start(std::move(client), [this, connection] {
        connections_.erase(connection);
        watch_or_not();
    });
    watch_or_not();
}

/// What is missing does not come by asking at once: poll would go on calling. It is said once for
/// each relay, as a client can bring it about at will.
void TcpRelay::rest(int error) {
    if (!told_)
        session_.log().write(sdk::Level::warning,
                             name_of(listener_.get()) +
                                 ": new connections wait: " + std::strerror(error));
    told_ = true;
    resting_ = true;
    session_.after(pause, [this](sdk::Session&) -> sdk::Result<void> {
        resting_ = false;
        watch_or_not();
        return {};
    });
    watch_or_not();
}

void TcpRelay::watch_or_not() {
    const bool wanted = !resting_ && connections_.size() < most_;
    if (wanted == watched_)
        return;
    watched_ = wanted;
    if (!wanted) {
        session_.unwatch(listener_.get());
        return;
    }
    session_.watch(listener_.get(), POLLIN, [this](sdk::Session&, short) -> sdk::Result<void> {
        accept_one();
        return {};
    });
}

} // namespace microbox::net
