// SPDX-License-Identifier: MIT
// What is refused and what is open, by the longest prefix, as the kernel decides.
#include "closed.hpp"
#include "walls.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace microbox::net_pasta {

namespace {

Network network(const std::string& text) {
    return *parse_network(text, "test");
}

/// The router's answer for an address.
bool is_open(const Walls& walls, const std::string& text) {
    const Address address = *parse_address(text);
    int refused = -1;
    int open = 0;
    for (const Network& one : walls.refused)
        if (one.contains(address))
            refused = std::max(refused, one.prefix);
    for (const Network& one : walls.open)
        if (one.contains(address))
            open = std::max(open, one.prefix);
    return open > refused;
}

const std::vector<Network>& own() {
    static const std::vector<Network> all = {network("127.0.0.0/8"),
                                             network("203.0.113.2"),
                                             network("192.168.7.1"),
                                             network("198.18.0.0/15")};
    return all;
}

} // namespace

TEST(NetPastaRaise, ClosedByDefault) {
    const Walls walls = raise({}, own(), {});

    for (const char* const address : {"10.1.2.3",
                                      "172.31.0.1",
                                      "192.168.7.9",
                                      "169.254.169.254",
                                      "100.64.0.1",
                                      "127.0.0.1",
                                      "224.0.0.1",
                                      "255.255.255.255",
                                      "203.0.113.2",
                                      "192.168.7.1",
                                      "198.19.1.1",
                                      "fd00::1",
                                      "fe80::1",
                                      "ff02::1",
                                      "::1",
                                      "::ffff:10.0.0.1",
                                      "64:ff9b::a9fe:a9fe",
                                      "2002:a00:1::1"})
        EXPECT_FALSE(is_open(walls, address)) << address;
    for (const char* const address : {"203.0.113.3", "8.8.8.8", "172.32.0.1", "2001:db8::1"})
        EXPECT_TRUE(
            is_open(walls, address) || walls.refused.empty() ||
            std::none_of(walls.refused.begin(),
                         walls.refused.end(),
                         [&](const Network& one) { return one.contains(*parse_address(address)); }))
            << address;
}

TEST(NetPastaRaise, ARangeOpensWhatIsBeyondTheHost) {
    const Walls walls = raise({{network("192.168.0.0/16"), 0}}, own(), {});

    EXPECT_FALSE(is_open(walls, "192.168.7.1"));
    EXPECT_FALSE(is_open(walls, "10.0.0.1"));
    EXPECT_EQ(std::count(walls.refused.begin(), walls.refused.end(), network("192.168.0.0/16")), 0);
}

TEST(NetPastaRaise, APartOfAClosedRange) {
    const Walls walls = raise({{network("192.168.7.0/24"), 0}}, own(), {});

    EXPECT_TRUE(is_open(walls, "192.168.7.9"));
    EXPECT_FALSE(is_open(walls, "192.168.7.1")) << "the host's";
    EXPECT_FALSE(is_open(walls, "192.168.8.9"));
}

TEST(NetPastaRaise, TheHostByItsVeryAddressAndNoRangeOfIts) {
    const Walls walls =
        raise({{network("192.168.7.1"), 0}, {network("198.18.5.0/24"), 0}}, own(), {});

    EXPECT_TRUE(is_open(walls, "192.168.7.1"));
    EXPECT_FALSE(is_open(walls, "198.18.5.1"));
    EXPECT_FALSE(is_open(walls, "203.0.113.2"));
}

TEST(NetPastaRaise, PortsAndServersOfNamesAreDoorsAndOpenNothingElse) {
    const Walls walls = raise({{network("10.1.0.0/16"), 443}}, own(), {"192.168.7.9"});

    EXPECT_FALSE(is_open(walls, "10.1.2.3"));
    EXPECT_FALSE(is_open(walls, "192.168.7.9"));
    ASSERT_EQ(walls.doors.size(), 2U);
    EXPECT_EQ(walls.doors[0], (PortDoor{network("10.1.0.0/16"), 443}));
    EXPECT_FALSE(walls.doors[0].exact());
    EXPECT_EQ(walls.doors[1], (PortDoor{network("192.168.7.9"), 53}));
    EXPECT_TRUE(walls.doors[1].exact());
}

TEST(NetPastaRaise, WhatHasADoorIsLeftToTheRouter) {
    const Courtesy courtesy = courtesy_of(
        raise({{network("10.1.0.0/16"), 443}, {network("172.0.0.0/8"), 80}}, own(), {}));
    const auto has = [](const std::vector<Network>& all, const std::string& text) {
        return std::count(all.begin(), all.end(), network(text)) != 0;
    };

    EXPECT_TRUE(has(courtesy.refused, "10.0.0.0/8"));
    EXPECT_TRUE(has(courtesy.to_router, "10.1.0.0/16"));
    EXPECT_FALSE(has(courtesy.refused, "172.16.0.0/12"));
    EXPECT_FALSE(has(courtesy.refused, "224.0.0.0/4")) << "the sandbox may talk to itself";
}

} // namespace microbox::net_pasta
