// SPDX-License-Identifier: MIT
// UdpRelay: which clients are forgotten, and when there is no place for another.
#include "tests/unit/net-common/udp_relayed.hpp"

#include <chrono>
#include <vector>

#include <gtest/gtest.h>

#include <sys/resource.h>

namespace {

using namespace microbox;
using namespace test;
using namespace std::chrono_literals;

TEST_F(UdpRelayed, TheLeastRecentlyUsedMakesRoom) {
    start({2, 60s});
    const sys::Fd a = bound(AF_INET, SOCK_DGRAM);
    const sys::Fd b = bound(AF_INET, SOCK_DGRAM);
    const sys::Fd c = bound(AF_INET, SOCK_DGRAM);
    const in_port_t of_a = port_seen_for(a);
    const in_port_t of_b = port_seen_for(b);
    EXPECT_EQ(port_seen_for(a), of_a);
    const auto before = open_descriptors();

    const in_port_t of_c = port_seen_for(c);

    EXPECT_EQ(clients(), 2U);
    EXPECT_EQ(open_descriptors(), before);
    EXPECT_EQ(port_seen_for(a), of_a) << "a was used after b";
    EXPECT_EQ(port_seen_for(c), of_c);
    answers(of_b, "too late");
    EXPECT_TRUE(session_.settle());
    char byte = 0;
    EXPECT_EQ(::recv(b.get(), &byte, 1, 0), -1);
    asks(b, "again");
    const Datagram again = next(target_);
    answers(again.from, "welcome");
    EXPECT_EQ(next(b).text, "welcome");
}

TEST_F(UdpRelayed, AnAnswerIsAUseToo) {
    start({2, 60s});
    const sys::Fd a = bound(AF_INET, SOCK_DGRAM);
    const sys::Fd b = bound(AF_INET, SOCK_DGRAM);
    const sys::Fd c = bound(AF_INET, SOCK_DGRAM);
    const in_port_t of_a = port_seen_for(a);
    (void)port_seen_for(b);
    answers(of_a, "news");
    EXPECT_EQ(next(a).text, "news");

    (void)port_seen_for(c);

    EXPECT_EQ(port_seen_for(a), of_a);
}

TEST_F(UdpRelayed, IdleClientsAreForgottenAndThenNoDeadlineIsLeft) {
    start({256, 300ms});
    EXPECT_TRUE(session_.deadlines.empty());
    const auto before = open_descriptors();
    std::vector<sys::Fd> askers;
    for (int i = 0; i < 5; ++i) {
        askers.push_back(bound(AF_INET, SOCK_DGRAM));
        asks(askers.back(), "who");
    }
    ASSERT_TRUE(session_.drive([&] { return clients() == 5; }));
    EXPECT_EQ(session_.deadlines.size(), 1U);

    EXPECT_TRUE(session_.drive([&] { return clients() == 0; }));

    EXPECT_TRUE(session_.deadlines.empty());
    askers.clear();
    EXPECT_EQ(open_descriptors(), before);
    const sys::Fd late = bound(AF_INET, SOCK_DGRAM);
    asks(late, "hello");
    ASSERT_TRUE(session_.drive([&] { return clients() == 1; }));
    EXPECT_EQ(session_.deadlines.size(), 1U);
}

TEST_F(UdpRelayed, AClientThatIsUsedOutlivesTheDeadline) {
    start({256, 60s});
    const sys::Fd client = bound(AF_INET, SOCK_DGRAM);
    const in_port_t seen = port_seen_for(client);
    ASSERT_EQ(session_.deadlines.size(), 1U);
    const auto early = session_.deadlines.front().call;
    session_.deadlines.clear();

    EXPECT_TRUE(early(session_).ok());

    EXPECT_EQ(clients(), 1U);
    EXPECT_EQ(session_.deadlines.size(), 1U) << "it is looked after again";
    EXPECT_EQ(port_seen_for(client), seen);
}

TEST_F(UdpRelayed, WithoutDescriptorsItIsSaidOnceAndOthersAreServed) {
    start();
    const sys::Fd a = bound(AF_INET, SOCK_DGRAM);
    const sys::Fd b = bound(AF_INET, SOCK_DGRAM);
    const in_port_t of_a = port_seen_for(a);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit few = {net::reserved_descriptors, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);

    asks(b, "one");
    asks(b, "two");
    EXPECT_TRUE(session_.settle());
    EXPECT_EQ(port_seen_for(a), of_a);
    EXPECT_EQ(clients(), 1U);
    ASSERT_EQ(session_.log_.lines.size(), 1U);
    EXPECT_NE(
        session_.log_.lines[0].second.find("/udp: new clients get no answer: Too many open files"),
        std::string::npos)
        << session_.log_.lines[0].second;

    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    asks(b, "three");
    EXPECT_EQ(next(target_).text, "three");
}

} // namespace
