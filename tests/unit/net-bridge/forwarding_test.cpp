// SPDX-License-Identifier: MIT
// What the journal of forwarding says of the set of quiet interfaces.
#include "forwarding.hpp"

#include <gtest/gtest.h>

namespace microbox::net_bridge {

TEST(Forwarding, KeepsQuietBetweenTheInterfacesOfItsBeginning) {
    EXPECT_EQ(quiet_elements({"bridge mbx0",
                              "quiet4 up0",
                              "sysctl net/ipv4/ip_forward 0",
                              "quiet6 eth0.5",
                              "quiet4 priv0"}),
              "add element inet microbox quiet4 { \"up0\" }\n"
              "add element inet microbox quiet6 { \"eth0.5\" }\n"
              "add element inet microbox quiet4 { \"priv0\" }\n");
    EXPECT_EQ(quiet_elements({"sysctl net/ipv4/conf/all/accept_redirects 1"}), "");
}

} // namespace microbox::net_bridge
