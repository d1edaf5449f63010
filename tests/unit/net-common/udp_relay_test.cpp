// SPDX-License-Identifier: MIT
// UdpRelay: whose answer is whose, and errors that are none of its business.
#include "tests/unit/net-common/udp_relayed.hpp"

#include <string>

#include <gtest/gtest.h>

#include <fcntl.h>

namespace {

using namespace microbox;
using namespace test;

TEST_F(UdpRelayed, EachClientGetsItsOwnAnswers) {
    for (const int family : {AF_INET, AF_INET6}) {
        start({}, family);
        const sys::Fd a = bound(family, SOCK_DGRAM);
        const sys::Fd b = bound(family, SOCK_DGRAM);
        asks(a, "of a");
        const Datagram of_a = next(target_);
        asks(b, "of b");
        const Datagram of_b = next(target_);
        EXPECT_EQ(of_a.text, "of a");
        EXPECT_EQ(of_b.text, "of b");
        EXPECT_NE(of_a.from, of_b.from);

        answers(of_b.from, "to b");
        answers(of_a.from, "to a");
        answers(of_a.from, "to a once more");

        EXPECT_EQ(next(b).text, "to b");
        const Datagram to_a = next(a);
        EXPECT_EQ(to_a.text, "to a");
        EXPECT_EQ(to_a.from, port_of(published_)) << "the answer comes from where was asked";
        EXPECT_EQ(next(a).text, "to a once more");
        EXPECT_TRUE(session_.settle());
        relay_.reset();
        session_.watches.clear();
        session_.deadlines.clear();
    }
}

TEST_F(UdpRelayed, DatagramsKeepTheirSizeUpToTheLargest) {
    start();
    const sys::Fd client = bound(AF_INET, SOCK_DGRAM);
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{65507}}) {
        const std::string text(size, 'd');
        asks(client, text);
        const Datagram question = next(target_);
        EXPECT_EQ(question.text.size(), size);
        answers(question.from, text);
        EXPECT_EQ(next(client).text, text);
    }
}

TEST_F(UdpRelayed, AStrangerCannotAnswerForTheTarget) {
    start();
    const sys::Fd client = bound(AF_INET, SOCK_DGRAM);
    const auto relayed = loopback(AF_INET, port_seen_for(client));
    const sys::Fd stranger = bound(AF_INET, SOCK_DGRAM);
    ::sendto(stranger.get(), "lie", 3, 0, plain(relayed), sizeof relayed);
    answers(port_of(relayed), "truth");

    EXPECT_EQ(next(client).text, "truth");
}

// The ICMP error of a datagram comes with the next call on the socket, which then does nothing
// else. Only the published socket is driven, so that this next call is the relay's send.
TEST_F(UdpRelayed, ATargetThatWasNotThereIsFoundWhenItComes) {
    start();
    const in_port_t port = port_of(address_of(target_.get()));
    const auto published = session_.watches;
    ASSERT_EQ(published.size(), 1U);
    const auto hand_on = [&] {
        EXPECT_TRUE(published.begin()->second.call(session_, POLLIN).ok());
    };
    target_.reset();
    const sys::Fd client = bound(AF_INET, SOCK_DGRAM);
    asks(client, "lost");
    hand_on();
    target_ = bound(AF_INET, SOCK_DGRAM, port);

    asks(client, "heard");
    hand_on();

    EXPECT_EQ(next(target_).text, "heard");
    EXPECT_EQ(clients(), 1U);
    EXPECT_TRUE(session_.log_.lines.empty());
}

TEST_F(UdpRelayed, ATargetThatIsNotThereDoesNotKeepTheLoopBusy) {
    start();
    target_.reset();
    const sys::Fd client = bound(AF_INET, SOCK_DGRAM);
    for (int i = 0; i < 5; ++i)
        asks(client, "lost");

    EXPECT_TRUE(session_.settle());

    EXPECT_EQ(clients(), 1U);
    EXPECT_TRUE(session_.log_.lines.empty());
}

TEST_F(UdpRelayed, AReadinessThatIsNoneDoesNoHarm) {
    start();
    const sys::Fd client = bound(AF_INET, SOCK_DGRAM);
    const in_port_t seen = port_seen_for(client);
    const auto watches = session_.watches;
    for (const auto& [fd, watch] : watches)
        EXPECT_TRUE(watch.call(session_, POLLIN | POLLERR | POLLHUP).ok());

    EXPECT_EQ(port_seen_for(client), seen);
}

TEST_F(UdpRelayed, ASocketThatWouldWaitIsRefused) {
    sys::Fd waits = bound(AF_INET, SOCK_DGRAM);
    ASSERT_EQ(::fcntl(waits.get(), F_SETFL, 0), 0);
    net::UdpRelay relay(session_, std::move(waits), published_, sizeof published_);
    EXPECT_FALSE(relay.start().ok());
    EXPECT_TRUE(session_.watches.empty());
}

} // namespace
