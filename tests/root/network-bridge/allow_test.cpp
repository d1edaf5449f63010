// SPDX-License-Identifier: MIT
// --net-allow opens what it names, for the sandbox that says it.
#include "tests/root/network-bridge/bridged.hpp"

#include <string>

namespace microbox::testing {

using NetBridgeAllow = Bridged;

TEST_F(NetBridgeAllow, AnAddressAndNothingBeside) {
    const std::string output =
        ask({"--net-allow", "10.1.2.3"},
            "reach tcp,10.1.2.3,1000 udp,10.1.2.3,1000 tcp,172.16.5.5,1000 tcp,192.168.77.2,1000");

    EXPECT_EQ(answered(output),
              "tcp,10.1.2.3,1000 internet 203.0.113.2\n"
              "udp,10.1.2.3,1000 internet 203.0.113.2 datagram\n");
}

TEST_F(NetBridgeAllow, ANetworkOfEachFamily) {
    EXPECT_EQ(answered(ask({"--net-allow", "192.168.0.0/16", "--net-allow", "fd77::/64"},
                           "reach tcp,192.168.77.2,1000 tcp,fd77::2,1000 tcp,192.168.200.5,1000 "
                           "tcp,fc00::5,1000 tcp,10.1.2.3,1000")),
              "tcp,192.168.77.2,1000 private 192.168.77.1\n"
              "tcp,fd77::2,1000 private fd77::1\n"
              "tcp,192.168.200.5,1000 internet 203.0.113.2\n");
}

TEST_F(NetBridgeAllow, APortAndNoOther) {
    EXPECT_EQ(answered(ask({"--net-allow", "192.168.77.0/24:1000", "--net-allow", "[fd77::2]:80"},
                           "reach tcp,192.168.77.2,1000 udp,192.168.77.2,1000 "
                           "tcp,192.168.77.2,80 dns,192.168.77.2,53 tcp,fd77::2,1000")),
              "tcp,192.168.77.2,1000 private 192.168.77.1\n"
              "udp,192.168.77.2,1000 private 192.168.77.1 datagram\n");
    const Outcome page =
        run_bridged({"--net-allow", "[fd77::2]:80"}, "curl -sS 'http://[fd77::2]/'");
    EXPECT_EQ(page.out, "page of private for fd77::1\n") << page.describe();
}

TEST_F(NetBridgeAllow, OpensNothingForAnotherSandbox) {
    Box open({"--net-allow", "10.0.0.0/8", "--net-allow", "203.0.113.2:1000"}, {"peer:1000"});
    Running server = lab().serve_on_host("host", {"peer:1000"});

    EXPECT_EQ(answered(from(open.inside(), "reach tcp,10.1.2.3,1000")),
              "tcp,10.1.2.3,1000 internet 203.0.113.2\n");
    EXPECT_EQ(answered(ask({}, "reach tcp,10.1.2.3,1000 tcp,203.0.113.2,1000")), "");
}

TEST_F(NetBridgeAllow, AnAddressOfTheHost) {
    Running server = lab().serve_on_host("host", {"peer:1000", "http:80"});

    const std::string output =
        ask({"--net-allow", "203.0.113.2:1000", "--net-allow", "[2001:db8:113::2]:1000"},
            "reach tcp,203.0.113.2,1000 udp,203.0.113.2,1000 tcp,2001:db8:113::2,1000 "
            "tcp,203.0.113.2,80 tcp,192.168.77.1,1000 tcp,10.44.0.1,1000");

    // Seen with its own address: nothing is translated on the way to the host.
    EXPECT_EQ(answered(output).find("tcp,203.0.113.2,1000 host 10.44."), 0U) << output;
    EXPECT_NE(answered(output).find("udp,203.0.113.2,1000 host 10.44."), std::string::npos)
        << output;
    EXPECT_NE(answered(output).find("tcp,2001:db8:113::2,1000 host fd"), std::string::npos)
        << output;
    EXPECT_EQ(answered(output).find("tcp,203.0.113.2,80"), std::string::npos) << output;
    EXPECT_EQ(answered(output).find("tcp,192.168.77.1"), std::string::npos) << output;
    EXPECT_EQ(answered(output).find("tcp,10.44.0.1"), std::string::npos) << output;
}

TEST_F(NetBridgeAllow, ARangeOpensNeitherTheHostNorNeighbours) {
    Box other({}, {"peer:1000"});
    Running server = lab().serve_on_host("host", {"peer:1000"});

    const std::string output =
        ask({"--net-allow", "10.0.0.0/8", "--net-allow", "0.0.0.0/0", "--net-allow", "::/0"},
            "reach " + targets({other.ip4(),
                                other.ip6(),
                                "10.44.0.1",
                                lab::host4,
                                lab::host6,
                                lab::host_private4,
                                "10.1.2.3"}));

    EXPECT_EQ(answered(output), "tcp,10.1.2.3,1000 internet 203.0.113.2\n");
}

TEST_F(NetBridgeAllow, ANeighbourThatIsNamed) {
    Box other({}, {"peer:1000", "peer:1001"});

    const std::string output =
        ask({"--net-allow", other.ip4() + ":1000", "--net-allow", other.ip6()},
            "reach " + targets({other.ip4(), other.ip6()}) + " tcp," + other.ip4() + ",1001");

    EXPECT_NE(output.find("tcp," + other.ip4() + ",1000 " + other.name()), std::string::npos)
        << output;
    EXPECT_NE(output.find("tcp," + other.ip6() + ",1000 " + other.name()), std::string::npos)
        << output;
    EXPECT_EQ(answered(output).find("," + other.ip4() + ",1001"), std::string::npos) << output;
}

TEST_F(NetBridgeAllow, MetadataWhenItIsNamed) {
    EXPECT_EQ(answered(ask({"--net-allow", "169.254.169.254:1000"},
                           "reach tcp,169.254.169.254,1000 tcp,169.254.7.7,1000")),
              "tcp,169.254.169.254,1000 internet 203.0.113.2\n");
}

TEST_F(NetBridgeAllow, SeveralThatHoldEachOther) {
    EXPECT_EQ(answered(ask({"--net-allow",
                            "10.0.0.0/8",
                            "--net-allow",
                            "10.1.0.0/16",
                            "--net-allow",
                            "10.1.2.3:1000",
                            "--net-allow",
                            "10.0.0.0/8"},
                           "reach tcp,10.1.2.3,1000")),
              "tcp,10.1.2.3,1000 internet 203.0.113.2\n");
}

} // namespace microbox::testing
