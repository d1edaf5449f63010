// SPDX-License-Identifier: MIT
// The kernel's counters of what found no route.
#include "no_way.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

namespace microbox::net_none {

TEST(NoWay, ReadsTheCountersOfBothFamilies) {
    EXPECT_EQ(no_routes4("Ip: Forwarding DefaultTTL OutDiscards OutNoRoutes ReasmTimeout\n"
                         "Ip: 2 64 5 42 0\nIcmp: InMsgs\nIcmp: 7\n"),
              42U);
    EXPECT_EQ(no_routes6("Ip6InReceives \t3\nIp6OutNoRoutes                  \t9\nIp6X \t1\n"), 9U);
}

TEST(NoWay, IsNothingWhereNothingIsUnderstood) {
    EXPECT_EQ(no_routes4(""), 0U);
    EXPECT_EQ(no_routes4("Ip: Forwarding OutNoRoutes\n"), 0U);
    EXPECT_EQ(no_routes4("Ip: Forwarding OutNoRoutes\nIp: 2\n"), 0U);
    EXPECT_EQ(no_routes4("Ip: A B\nIp: 1 2\n"), 0U);
    EXPECT_EQ(no_routes6("Ip6OutNoRoutes"), 0U);
    EXPECT_EQ(NoWay(1 << 29).count(), 0U);
}

} // namespace microbox::net_none
