// SPDX-License-Identifier: MIT
// UdpRelayed: a UdpRelay between sockets of the test, in one thread.
#pragma once

#include "tests/unit/net-common/loopback.hpp"
#include "tests/unit/net-common/poll_session.hpp"
#include "udp_relay.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <sys/socket.h>

namespace microbox::test {

class UdpRelayed : public ::testing::Test {
protected:
    struct Datagram {
        std::string text;
        in_port_t from = 0;
    };

    void start(net::UdpBounds bounds = {}, int family = AF_INET) {
        sys::Fd socket = bound(family, SOCK_DGRAM);
        published_ = address_of(socket.get());
        relay_.emplace(session_,
                       std::move(socket),
                       address_of(target_.get()),
                       sizeof(sockaddr_storage),
                       bounds);
        ASSERT_TRUE(relay_->start().ok());
    }

    void asks(const sys::Fd& client, std::string_view text) const {
        EXPECT_EQ(
            ::sendto(
                client.get(), text.data(), text.size(), 0, plain(published_), sizeof published_),
            static_cast<ssize_t>(text.size()))
            << errno;
    }

    void answers(in_port_t to, std::string_view text) const {
        const auto address = loopback(AF_INET, to);
        EXPECT_EQ(
            ::sendto(target_.get(), text.data(), text.size(), 0, plain(address), sizeof address),
            static_cast<ssize_t>(text.size()));
    }

    [[nodiscard]] Datagram next(const sys::Fd& socket) {
        std::vector<char> bytes(65536);
        Datagram datagram;
        EXPECT_TRUE(session_.drive([&] {
            sockaddr_storage from{};
            socklen_t size = sizeof from;
            const ssize_t got = ::recvfrom(socket.get(),
                                           bytes.data(),
                                           bytes.size(),
                                           0,
                                           reinterpret_cast<sockaddr*>(&from),
                                           &size);
            if (got < 0)
                return false;
            datagram = {std::string(bytes.data(), static_cast<std::size_t>(got)), port_of(from)};
            return true;
        }));
        return datagram;
    }

    /// The port from which the target sees a client ask.
    [[nodiscard]] in_port_t port_seen_for(const sys::Fd& client) {
        asks(client, "who");
        return next(target_).from;
    }

    [[nodiscard]] std::size_t clients() const { return session_.watches.size() - 1; }

    PollSession session_;
    sys::Fd target_ = bound(AF_INET, SOCK_DGRAM);
    sockaddr_storage published_{};
    std::optional<net::UdpRelay> relay_;
};

} // namespace microbox::test
