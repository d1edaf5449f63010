// SPDX-License-Identifier: MIT
// TcpRelayed: a TcpRelay between sockets of the test. Everything is in one thread: between two
// rounds of the session nothing is moved.
#pragma once

#include "tcp_relay.hpp"
#include "tests/unit/net-common/loopback.hpp"
#include "tests/unit/net-common/poll_session.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include <poll.h>
#include <sys/socket.h>

namespace microbox::test {

inline constexpr std::size_t mebibyte = 1U << 20U;

/// A stream without end whose every byte is known; its period is no power of two.
class Pattern {
public:
    explicit Pattern(unsigned seed) {
        std::mt19937 random(seed);
        std::generate(block_.begin(), block_.end(), [&] { return static_cast<char>(random()); });
    }

    /// At most 64 KiB of it from a position on.
    [[nodiscard]] std::string_view from(std::size_t position) const {
        return std::string_view(block_).substr(position % period, 65536);
    }

private:
    static constexpr std::size_t period = 999983;
    std::string block_ = std::string(period, '\0');
};

/// One way of a transfer: what was sent, what came, whether that was right.
struct Transfer {
    const Pattern& pattern;
    std::size_t sent = 0;
    std::size_t received = 0;
    bool equal = true;

    void send(int fd, std::size_t most) {
        while (sent < most) {
            const auto piece = pattern.from(sent).substr(0, most - sent);
            const ssize_t put = ::send(fd, piece.data(), piece.size(), 0);
            if (put <= 0)
                return;
            sent += static_cast<std::size_t>(put);
        }
    }

    void receive(int fd) {
        char bytes[65536];
        for (;;) {
            const auto expected = pattern.from(received);
            const ssize_t got = ::recv(fd, bytes, expected.size(), 0);
            if (got <= 0)
                return;
            const auto size = static_cast<std::size_t>(got);
            equal = equal && std::memcmp(bytes, expected.data(), size) == 0;
            received += size;
        }
    }
};

class TcpRelayed : public ::testing::Test {
protected:
    struct Pair {
        sys::Fd client;
        sys::Fd target;
    };

    TcpRelayed() { static_cast<void>(::signal(SIGPIPE, SIG_IGN)); } // as the supervisor does

    void start(std::size_t most = net::most_clients, int family = AF_INET) {
        sys::Fd listener = listening(family);
        published_ = address_of(listener.get());
        relay_.emplace(session_,
                       std::move(listener),
                       address_of(target_.get()),
                       sizeof(sockaddr_storage),
                       most);
        ASSERT_TRUE(relay_->start().ok());
    }

    [[nodiscard]] sys::Fd accepted() {
        sys::Fd fd;
        EXPECT_TRUE(session_.drive([&] {
            fd.reset(::accept4(target_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
            return static_cast<bool>(fd);
        }));
        return fd;
    }

    [[nodiscard]] Pair pair() {
        Pair pair;
        pair.client = connected(published_);
        pair.target = accepted();
        return pair;
    }

    /// Up to that many bytes; less when the stream ends, "error NUMBER" when it breaks.
    [[nodiscard]] std::string receive(int fd, std::size_t size) {
        std::string all;
        bool ended = false;
        EXPECT_TRUE(session_.drive([&] {
            char bytes[4096];
            const ssize_t got = ::recv(fd, bytes, std::min(sizeof bytes, size - all.size()), 0);
            if (got > 0)
                all.append(bytes, static_cast<std::size_t>(got));
            else if (got < 0 && errno != EAGAIN)
                all = "error " + std::to_string(errno);
            ended = got == 0 || (got < 0 && errno != EAGAIN);
            return ended || all.size() == size;
        }));
        return all;
    }

    [[nodiscard]] std::string end_of(int fd) { return receive(fd, 1); }

    [[nodiscard]] bool all_connections_are_gone() {
        return session_.drive([&] { return session_.watches.size() == 1; });
    }

    [[nodiscard]] static std::string broken(int error) { return "error " + std::to_string(error); }

    void send_until_it_stalls(int fd, Transfer& transfer) {
        std::size_t before = 0;
        do {
            before = transfer.sent;
            transfer.send(fd, 256 * mebibyte);
            ASSERT_TRUE(session_.settle()) << "a stalled connection keeps the loop busy";
        } while (transfer.sent != before);
    }

    [[nodiscard]] bool waits_for_the_target() const {
        return std::any_of(session_.watches.begin(), session_.watches.end(), [](const auto& watch) {
            return (watch.second.events & POLLOUT) != 0;
        });
    }

    void says(int fd, std::string_view text) {
        EXPECT_EQ(::send(fd, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
    }

    PollSession session_;
    sys::Fd target_ = listening();
    sockaddr_storage published_{};
    std::optional<net::TcpRelay> relay_;
};

} // namespace microbox::test
