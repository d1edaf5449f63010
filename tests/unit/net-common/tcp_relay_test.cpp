// SPDX-License-Identifier: MIT
// TcpRelay: what is said, ends, resets, and targets that refuse or are slow.
#include "tests/unit/net-common/tcp_relayed.hpp"

#include <map>

#include <gtest/gtest.h>

#include <fcntl.h>

namespace {

using namespace microbox;
using namespace test;

TEST_F(TcpRelayed, BytesGoBothWays) {
    for (const int family : {AF_INET, AF_INET6}) {
        start(net::most_clients, family);
        const Pair one = pair();
        says(one.client.get(), "question");
        EXPECT_EQ(receive(one.target.get(), 8), "question");
        says(one.target.get(), "answer");
        EXPECT_EQ(receive(one.client.get(), 6), "answer");
        EXPECT_TRUE(session_.settle());
        relay_.reset();
        session_.watches.clear();
    }
}

// A pipe is full after 16 pieces, however small.
TEST_F(TcpRelayed, ManySmallPiecesArriveInOrder) {
    start();
    const Pair one = pair();
    std::string all;
    for (int i = 0; i < 2000; ++i) {
        says(one.client.get(), std::to_string(i));
        all += std::to_string(i);
    }

    EXPECT_EQ(receive(one.target.get(), all.size()), all);
}

TEST_F(TcpRelayed, TheEndOfOneWayLeavesTheOtherOpen) {
    start();
    ASSERT_TRUE(session_.settle());
    const auto before = open_descriptors();
    Pair one = pair();
    says(one.client.get(), "all of it");
    ASSERT_EQ(::shutdown(one.client.get(), SHUT_WR), 0);

    EXPECT_EQ(receive(one.target.get(), 100), "all of it");
    EXPECT_TRUE(session_.settle());
    says(one.target.get(), "late answer");
    EXPECT_EQ(receive(one.client.get(), 11), "late answer");
    one.target.reset();
    EXPECT_EQ(end_of(one.client.get()), "");

    EXPECT_TRUE(all_connections_are_gone());
    one.client.reset();
    EXPECT_EQ(open_descriptors(), before);
}

TEST_F(TcpRelayed, TheTargetMayEndFirst) {
    start();
    Pair one = pair();
    ASSERT_EQ(::shutdown(one.target.get(), SHUT_WR), 0);
    EXPECT_EQ(end_of(one.client.get()), "");
    EXPECT_TRUE(session_.settle());
    says(one.client.get(), "still");
    EXPECT_EQ(receive(one.target.get(), 5), "still");
    one.client.reset();

    EXPECT_EQ(end_of(one.target.get()), "");
    EXPECT_TRUE(all_connections_are_gone());
}

TEST_F(TcpRelayed, ATargetThatRefusesResetsTheClient) {
    start();
    const in_port_t port = port_of(address_of(target_.get()));
    target_.reset();
    const sys::Fd refused = connected(published_);

    EXPECT_EQ(end_of(refused.get()), broken(ECONNRESET));
    EXPECT_TRUE(all_connections_are_gone());

    target_ = bound(AF_INET, SOCK_STREAM, port);
    ASSERT_EQ(::listen(target_.get(), 1), 0);
    const Pair one = pair();
    says(one.client.get(), "now");
    EXPECT_EQ(receive(one.target.get(), 3), "now");
}

// The queue of the target is full: the kernel drops what asks for more, and asks again after 1 s.
// What the client says meanwhile is left where it is: shutdown(2) ends a connect under way.
TEST_F(TcpRelayed, ATargetThatIsSlowToAnswerIsWaitedFor) {
    start();
    ASSERT_EQ(::listen(target_.get(), 0), 0);
    const sys::Fd first = connected(address_of(target_.get()));
    const sys::Fd client = connected(published_);
    ASSERT_EQ(::shutdown(client.get(), SHUT_WR), 0);
    ASSERT_TRUE(session_.settle());
    for (const auto& [fd, watch] : std::map(session_.watches))
        EXPECT_TRUE(watch.call(session_, POLLOUT).ok());
    EXPECT_EQ(session_.watches.size(), 3U);
    (void)accepted();

    const sys::Fd target = accepted();

    EXPECT_EQ(end_of(target.get()), "");
    says(target.get(), "at last");
    EXPECT_EQ(receive(client.get(), 7), "at last");
}

TEST_F(TcpRelayed, AResetOfEitherResetsTheOther) {
    start();
    ASSERT_TRUE(session_.settle());
    const auto before = open_descriptors();
    Pair one = pair();
    close_by_reset(one.client);
    EXPECT_EQ(end_of(one.target.get()), broken(ECONNRESET));
    one.target.reset();

    Pair two = pair();
    close_by_reset(two.target);
    EXPECT_EQ(end_of(two.client.get()), broken(ECONNRESET));
    two.client.reset();

    EXPECT_TRUE(all_connections_are_gone());
    EXPECT_EQ(open_descriptors(), before);
}

// What poll said may have been said about a descriptor that had the number before.
TEST_F(TcpRelayed, AReadinessThatIsNoneDoesNoHarm) {
    start();
    const Pair one = pair();
    ASSERT_TRUE(session_.settle());
    for (const int what : {POLLIN, POLLOUT, POLLERR, POLLHUP}) {
        const auto watches = session_.watches;
        for (const auto& [fd, watch] : watches)
            EXPECT_TRUE(watch.call(session_, static_cast<short>(what)).ok());
    }
    says(one.client.get(), "question");
    EXPECT_EQ(receive(one.target.get(), 8), "question");
    says(one.target.get(), "answer");
    EXPECT_EQ(receive(one.client.get(), 6), "answer");
    EXPECT_TRUE(session_.log_.lines.empty());
}

TEST_F(TcpRelayed, ASocketThatWouldWaitOrDoesNotListenIsRefused) {
    net::TcpRelay deaf(session_, bound(AF_INET, SOCK_STREAM), published_, sizeof published_);
    EXPECT_FALSE(deaf.start().ok());
    sys::Fd waits = listening();
    ASSERT_EQ(::fcntl(waits.get(), F_SETFL, 0), 0);
    net::TcpRelay blocking(session_, std::move(waits), published_, sizeof published_);
    EXPECT_FALSE(blocking.start().ok());
    EXPECT_TRUE(session_.watches.empty());
}

} // namespace
