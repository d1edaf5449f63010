// SPDX-License-Identifier: MIT
// TcpRelay: much at once, readers that stall, and a loop that is at rest meanwhile.
#include "tests/unit/net-common/tcp_relayed.hpp"

#include <map>

#include <gtest/gtest.h>

namespace {

using namespace microbox;
using namespace test;

TEST_F(TcpRelayed, MuchGoesBothWaysAtOnce) {
    constexpr std::size_t size = 64 * mebibyte;
    start();
    Pair one = pair();
    const Pattern question(1);
    const Pattern answer(2);
    Transfer up{question};
    Transfer down{answer};

    EXPECT_TRUE(session_.drive([&] {
        up.send(one.client.get(), size);
        down.send(one.target.get(), size);
        up.receive(one.target.get());
        down.receive(one.client.get());
        return up.received == size && down.received == size;
    })) << up.received
        << " " << down.received;

    EXPECT_TRUE(up.equal);
    EXPECT_TRUE(down.equal);
    EXPECT_TRUE(session_.settle());
}

TEST_F(TcpRelayed, AReaderThatStallsStallsTheSender) {
    start();
    const Pair one = pair();
    const Pattern pattern(3);
    Transfer up{pattern};
    send_until_it_stalls(one.client.get(), up);
    EXPECT_LT(up.sent, 64 * mebibyte) << "somebody stores it";

    EXPECT_TRUE(session_.drive([&] {
        up.receive(one.target.get());
        return up.received == up.sent;
    }));
    EXPECT_TRUE(up.equal);
    EXPECT_TRUE(session_.settle());
}

TEST_F(TcpRelayed, AClientThatVanishesWhileTheTargetStallsIsLetGo) {
    start();
    Pair one = pair();
    const Pattern pattern(4);
    Transfer up{pattern};
    send_until_it_stalls(one.client.get(), up);
    close_by_reset(one.client);

    EXPECT_TRUE(all_connections_are_gone());
}

// Both have said their last and the relay has it all, but the target does not read: the client's
// side is shut both ways, of which poll does not cease to tell.
TEST_F(TcpRelayed, ASideThatIsShutBothWaysDoesNotKeepTheLoopBusy) {
    start();
    Pair one = pair();
    const Pattern pattern(5);
    Transfer up{pattern};
    ASSERT_TRUE(session_.settle());
    ASSERT_FALSE(waits_for_the_target());
    // No more than what makes the relay wait, so that the end of it gets as far as the relay. Poll
    // does not tell of little room: that there is none is known by trying.
    while (!waits_for_the_target()) {
        up.send(one.client.get(), up.sent + 4096);
        ASSERT_LT(up.sent, 64 * mebibyte);
        session_.step(0);
        for (int i = 0; i < 2 && waits_for_the_target(); ++i) {
            ASSERT_TRUE(session_.settle());
            for (const auto& [fd, watch] : std::map(session_.watches))
                EXPECT_TRUE(watch.call(session_, POLLOUT).ok());
        }
    }
    ASSERT_EQ(::shutdown(one.client.get(), SHUT_WR), 0);
    ASSERT_EQ(::shutdown(one.target.get(), SHUT_WR), 0);
    EXPECT_EQ(end_of(one.client.get()), "");
    EXPECT_TRUE(session_.settle());
    ASSERT_EQ(session_.watches.size(), 2U) << "the listener and the target";

    EXPECT_TRUE(session_.drive([&] {
        up.receive(one.target.get());
        return up.received == up.sent;
    }));
    EXPECT_TRUE(up.equal);
    EXPECT_EQ(end_of(one.target.get()), "");
    EXPECT_TRUE(all_connections_are_gone());
}

} // namespace
