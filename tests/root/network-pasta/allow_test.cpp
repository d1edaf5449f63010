// SPDX-License-Identifier: MIT
// --net-allow: opens what it names, and nothing beside it.
#include "tests/root/network-pasta/through_pasta.hpp"

#include <string>

namespace microbox::testing {

using NetPastaAllow = ThroughPasta;

TEST_F(NetPastaAllow, ARangeAndNothingBeside) {
    EXPECT_EQ(answered(ask({"--net-allow", "10.1.0.0/16", "--net-allow", "fd77::/64"},
                           "reach tcp,10.1.2.3,1000 udp,10.1.2.3,1000 tcp,fd77::2,1000 "
                           "tcp,172.16.5.5,1000 tcp,fc00::5,1000 tcp,fd77::1,1000")),
              "tcp,10.1.2.3,1000 internet 203.0.113.2\n"
              "udp,10.1.2.3,1000 internet 203.0.113.2 datagram\n"
              "tcp,fd77::2,1000 private fd77::1\n");
}

TEST_F(NetPastaAllow, AWholeClosedRange) {
    EXPECT_EQ(answered(ask({"--net-allow", "10.0.0.0/8"}, "reach tcp,10.1.2.3,1000")),
              "tcp,10.1.2.3,1000 internet 203.0.113.2\n");
    EXPECT_EQ(answered(ask({"--net-allow", "192.0.0.0/2"},
                           "reach tcp,192.168.77.2,1000 tcp,192.168.77.1,1000")),
              "tcp,192.168.77.2,1000 private 192.168.77.1\n");
}

TEST_F(NetPastaAllow, AnAddressOfTheHostByItsVeryName) {
    Running server = lab().serve_on_host("host", {"peer:1000"});

    EXPECT_EQ(answered(ask({"--net-allow", lab::host_private4, "--net-allow", lab::host6},
                           "reach " + targets({lab::host4,
                                               lab::host_private4,
                                               lab::host6,
                                               lab::host_private6,
                                               lab::private4}))),
              "tcp,192.168.77.1,1000 host 192.168.77.1\n"
              "tcp,2001:db8:113::2,1000 host 2001:db8:113::2\n");
}

TEST_F(NetPastaAllow, OnePortOfTcpAndUdp) {
    EXPECT_EQ(answered(ask({"--net-allow", "192.168.77.2:1000", "--net-allow", "[fd77::2]:1000"},
                           "reach tcp,192.168.77.2,1000 udp,192.168.77.2,1000 tcp,192.168.77.2,80 "
                           "dns,192.168.77.2,53 tcp,fd77::2,1000 tcp,fd77::2,80")),
              "tcp,192.168.77.2,1000 private 192.168.77.1\n"
              "udp,192.168.77.2,1000 private 192.168.77.1 datagram\n"
              "tcp,fd77::2,1000 private fd77::1\n");
}

TEST_F(NetPastaAllow, OnePortOfARangeIsNotTheHosts) {
    Running server = lab().serve_on_host("host", {"peer:1000"});

    EXPECT_EQ(answered(ask({"--net-allow", "192.168.0.0/16:1000"},
                           "reach tcp,192.168.77.2,1000 tcp,192.168.77.1,1000")),
              "tcp,192.168.77.2,1000 private 192.168.77.1\n");
    EXPECT_EQ(answered(ask({"--net-allow", "192.168.77.1:1000"}, "reach tcp,192.168.77.1,1000")),
              "tcp,192.168.77.1,1000 host 192.168.77.1\n");
}

TEST_F(NetPastaAllow, WithoutADefaultRouteWhatItOpensIsReached) {
    ASSERT_EQ(lab().on_host("ip route del default; ip -6 route del default").code, 0);

    EXPECT_EQ(answered(ask({"--net-allow", "192.168.77.0/24"}, "reach tcp,192.168.77.2,1000")),
              "tcp,192.168.77.2,1000 private 192.168.77.1\n");
}

} // namespace microbox::testing
