// SPDX-License-Identifier: MIT
#include "flow.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace microbox::net {

namespace {

/// The size of a pipe unless it is changed, pipe(7); a splice moves no more at once.
constexpr std::size_t most_bytes = 65536;
constexpr int most_moves = 8;
constexpr unsigned flags = SPLICE_F_MOVE | SPLICE_F_NONBLOCK;

/// Not now: the caller waits for poll.
bool is_later(int error) {
    return error == EAGAIN || error == EINTR;
}

} // namespace

int Flow::open() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
        return errno;
    read_.reset(ends[0]);
    write_.reset(ends[1]);
    return 0;
}

ssize_t Flow::fill(int source) const {
    return ::splice(source, nullptr, write_.get(), nullptr, most_bytes, flags);
}

ssize_t Flow::drain(int sink) const {
    // No more than there is: asked for more, the kernel before 6.5 holds the rest of a segment back
    // for what is to come (MSG_MORE, net/ipv4/tcp.c).
    return ::splice(read_.get(), nullptr, sink, nullptr, held_, flags);
}

int Flow::move(int source, int sink) {
    for (int moves = 0; moves < most_moves && !ended_; ++moves) {
        // An empty pipe only: EAGAIN then means that the source has nothing, and cannot mean that
        // the pipe is full, which it is after 16 pieces however small.
        if (held_ == 0) {
            const ssize_t got = fill(source);
            if (got < 0)
                return is_later(errno) ? 0 : errno;
            if (got == 0) {
                ended_ = true;
                ::shutdown(sink, SHUT_WR);
                return 0;
            }
            held_ = static_cast<std::size_t>(got);
        }
        const ssize_t put = drain(sink);
        if (put < 0)
            return is_later(errno) ? 0 : errno;
        held_ -= static_cast<std::size_t>(put);
    }
    return 0;
}

} // namespace microbox::net
