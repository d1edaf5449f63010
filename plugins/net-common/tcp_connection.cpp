// SPDX-License-Identifier: MIT
// What poll says is taken as a hint only: every call is one that does not wait, and the answer is
// the call's.
#include "tcp_connection.hpp"

#include <cerrno>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace microbox::net {

namespace {

/// A relay that waits for fuller segments would wait on top of either end's own waiting.
void send_at_once(int socket) {
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/// The peer is to see a reset and no orderly end: tcp(7), socket(7), SO_LINGER of 0 seconds.
void close_by_reset(int socket) {
    const linger at_once = {1, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

bool has_failed(int socket) {
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) < 0 || error != 0;
}

} // namespace

int TcpConnection::open() {
    if (const int error = up_.open(); error != 0)
        return error;
    if (const int error = down_.open(); error != 0)
        return error;
    target_.socket = where_.front().socket(SOCK_STREAM);
    if (!target_.socket)
        return errno;
    // The last that was taken has the highest number of all.
    return is_reserved(target_.socket.get()) ? EMFILE : 0;
}

void TcpConnection::start(sys::Fd client, std::function<void()> ended) {
    ended_ = std::move(ended);
    client_.socket = std::move(client);
    send_at_once(client_.socket.get());
    send_at_once(target_.socket.get());
    connect();
}

void TcpConnection::ready(Side& side, short happened) {
    if ((happened & (POLLERR | POLLHUP)) != 0) {
        if (has_failed(side.socket.get())) {
            if (!connected_ && &side == &target_)
                connect_elsewhere();
            else
                end(Ending::reset);
            return;
        }
        side.hung = true;
    }
    if (!connected_) {
        connect();
        return;
    }
    if (move(side) != 0)
        end(Ending::reset);
    else if (up_.ended() && down_.ended())
        end(Ending::orderly);
    else
        watch_both();
}

/// connect(2) once more says how the first went: EALREADY while it is under way, then 0, once.
/// Until then nothing is moved: handing on the client's end by shutdown(2) would end the connect
/// (inet_shutdown, net/ipv4/af_inet.c).
void TcpConnection::connect() {
    const int error = where_[tried_].connect(target_.socket.get());
    if (error != 0 && error != EINPROGRESS && error != EALREADY && error != EINTR) {
        connect_elsewhere();
        return;
    }
    connected_ = error == 0;
    watch_both();
}

/// A command that listens over one family alone is found from both loopbacks: the client has been
/// accepted, so that it does not try the other one itself.
void TcpConnection::connect_elsewhere() {
    sys::Fd socket =
        tried_ + 1 < where_.size() ? where_[tried_ + 1].socket(SOCK_STREAM) : sys::Fd();
    if (!socket || is_reserved(socket.get())) {
        end(Ending::reset);
        return;
    }
    if (target_.watched >= 0)
        session_.unwatch(target_.socket.get());
    target_ = Side{std::move(socket), -1, false};
    send_at_once(target_.socket.get());
    ++tried_;
    connect();
}

/// Only what this side may have made possible. Errors: the errno, 0 for none.
int TcpConnection::move(const Side& side) {
    const bool is_client = &side == &client_;
    const int client = client_.socket.get();
    const int target = target_.socket.get();
    if (is_client ? up_.wants_source() : up_.wants_sink())
        if (const int error = up_.move(client, target); error != 0)
            return error;
    if (is_client ? down_.wants_sink() : down_.wants_source())
        return down_.move(target, client);
    return 0;
}

void TcpConnection::watch_both() {
    if (!connected_) {
        watch(client_, 0);
        watch(target_, POLLOUT);
        return;
    }
    const auto events = [](const Flow& from, const Flow& to) {
        return (from.wants_source() ? POLLIN : 0) | (to.wants_sink() ? POLLOUT : 0);
    };
    watch(client_, events(up_, down_));
    watch(target_, events(down_, up_));
}

/// A side of which nothing is wanted is watched for no event: poll tells of a reset all the same,
/// and a stalled connection ends when its client has gone. But poll also goes on telling POLLHUP of
/// a side that is shut both ways while the other side is stalled: then it is not watched at all.
void TcpConnection::watch(Side& side, int events) {
    const int wanted = events == 0 && side.hung ? -1 : events;
    if (wanted == side.watched)
        return;
    if (side.watched >= 0)
        session_.unwatch(side.socket.get());
    side.watched = wanted;
    if (wanted < 0)
        return;
    session_.watch(side.socket.get(),
                   static_cast<short>(wanted),
                   [this, &side](sdk::Session&, short happened) -> sdk::Result<void> {
                       ready(side, happened);
                       return {}; // the end of a connection is not the end of the run
                   });
}

void TcpConnection::end(Ending ending) {
    for (Side* side : {&client_, &target_}) {
        if (side->watched >= 0)
            session_.unwatch(side->socket.get());
        side->watched = -1;
        if (ending == Ending::reset)
            close_by_reset(side->socket.get());
        side->socket.reset();
    }
    const auto ended = std::move(ended_); // it may destroy what holds it
    ended();
}

} // namespace microbox::net
