// SPDX-License-Identifier: MIT
// Out of a sandbox: over both families, by name, in bulk, and through a link of small packets.
#include "tests/root/network-bridge/bridged.hpp"

#include <string>

namespace microbox::testing {

using NetBridgeOut = Bridged;

TEST_F(NetBridgeOut, HasEth0WithAnAddressOfTheRangeAndTheHostIsItsRouter) {
    const Outcome outcome =
        run_bridged({}, "ip -o -4 addr show eth0; ip route; ip -6 route; ip -o link; ip addr");

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(said(outcome), "");
    EXPECT_NE(outcome.out.find("inet 10.44."), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.out.find("default via 10.44.0.1 dev eth0"), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.out.find("default via fd"), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.out.find(": lo:"), std::string::npos) << outcome.out;
    EXPECT_EQ(outcome.out.find("fe80:"), std::string::npos) << "addresses are pinned\n"
                                                            << outcome.out;
}

TEST_F(NetBridgeOut, ItsAddressesAreSaidAtInfoAndReported) {
    const ScratchDirectory folder;
    const std::string file = folder.file("report.json", "");

    const Outcome outcome = run_bridged(
        {"--log-level", "info", "--report", file, "--net-rate", "8mbit"},
        "ip -o -4 addr show eth0 | sed -E 's,.*inet ([^ /]+).*,ip4 \\1,'; "
        "ip -o -6 addr show eth0 scope global | sed -E 's,.*inet6 ([^ /]+).*,ip6 \\1,'");

    const std::string report = lab().on_host("cat " + file).out;
    for (const char* const family : {"ip4", "ip6"}) {
        const std::string address = outcome.value(family);
        EXPECT_NE(address, "") << outcome.describe();
        EXPECT_NE(outcome.err.find(address), std::string::npos) << outcome.err;
        EXPECT_NE(report.find("\"" + address + "\""), std::string::npos) << report;
    }
    EXPECT_NE(report.find("\"net_rate_bytes_per_second\""), std::string::npos) << report;
}

TEST_F(NetBridgeOut, TcpAndUdpAreSeenWithTheAddressOfTheHost) {
    EXPECT_EQ(ask({}, "reach " + targets({lab::far4, lab::far6, lab::internet4})),
              "tcp,198.51.100.10,1000 internet 203.0.113.2\n"
              "tcp,2001:db8:51::10,1000 internet 2001:db8:113::2\n"
              "tcp,203.0.113.1,1000 internet 203.0.113.2\n");
    EXPECT_EQ(ask({}, "reach " + targets({lab::far4, lab::far6}, "udp")),
              "udp,198.51.100.10,1000 internet 203.0.113.2 datagram\n"
              "udp,2001:db8:51::10,1000 internet 2001:db8:113::2 datagram\n");
}

TEST_F(NetBridgeOut, TheFirstPacketOfTheCommandIsNotLost) {
    // One try each: an address that is still being looked at, or a port that is not up yet, loses
    // it.
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(ask({}, "reach " + targets({lab::far6, lab::far4}, "udp")),
                  "udp,2001:db8:51::10,1000 internet 2001:db8:113::2 datagram\n"
                  "udp,198.51.100.10,1000 internet 203.0.113.2 datagram\n")
            << "start " << i;
}

TEST_F(NetBridgeOut, NamesAreResolvedByTheServersOfTheOption) {
    lab().set_resolvers("nameserver 192.0.2.1\n");
    for (const char* const server : {lab::internet4, lab::internet6})
        EXPECT_EQ(ask({"--dns", server}, "resolve www.test"), "198.51.100.10\n2001:db8:51::10\n")
            << server;
}

TEST_F(NetBridgeOut, TheResolversOfTheHostAreTheDefault) {
    const Outcome outcome = run_bridged({}, "cat /etc/resolv.conf; getent ahostsv4 www.test");

    EXPECT_EQ(outcome.out.rfind("nameserver 203.0.113.1\n198.51.100.10 ", 0), 0U)
        << outcome.describe();
}

TEST_F(NetBridgeOut, AResolverOfTheHostInAPrivateRangeAnswers) {
    lab().set_resolvers("nameserver 192.168.77.2\n");

    EXPECT_EQ(ask({}, "resolve www.test"), "198.51.100.10\n2001:db8:51::10\n");
}

TEST_F(NetBridgeOut, PagesByName) {
    const Outcome outcome = run_bridged(
        {}, "curl -sS -4 http://www.test/; curl -sS -6 http://www.test/; curl -sS www.test/");

    EXPECT_EQ(outcome.out.rfind("page of internet for 203.0.113.2\n"
                                "page of internet for 2001:db8:113::2\n"
                                "page of internet for ",
                                0),
              0U)
        << outcome.describe();
}

TEST_F(NetBridgeOut, PingNeedsNoCapability) {
    const Outcome outcome = run_bridged({"--cap-drop", "ALL"},
                                        "ping -4 -n -q -c 2 -i 0.2 -W 2 198.51.100.10 && "
                                        "ping -6 -n -q -c 2 -i 0.2 -W 2 2001:db8:51::10");

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_NE(outcome.out.find("2 packets transmitted, 2 received"), std::string::npos)
        << outcome.describe();
}

TEST_F(NetBridgeOut, ErrorsOfTheWayComeBack) {
    // Refused by the far host; and what a router on the way says of a packet that was translated.
    EXPECT_EQ(ask({}, "reach tcp,198.51.100.10,1001 tcp,2001:db8:51::10,1001"),
              "tcp,198.51.100.10,1001 ECONNREFUSED\ntcp,2001:db8:51::10,1001 ECONNREFUSED\n");
    ASSERT_EQ(lab()
                  .on_host("ip route add unreachable 198.51.100.99; "
                           "ip route add unreachable 2001:db8:51::99")
                  .code,
              0);
    const std::string output = ask({}, "reach tcp,198.51.100.99,80 tcp,2001:db8:51::99,80");
    EXPECT_EQ(output.find("timeout"), std::string::npos) << output;
    EXPECT_NE(output.find("tcp,198.51.100.99,80 EHOSTUNREACH\n"), std::string::npos) << output;
}

TEST_F(NetBridgeOut, AGibibyteEachWay) {
    const std::string gibibyte = "1073741824";
    const std::string wanted = "bytes " + gibibyte + "\n";

    EXPECT_EQ(ask({}, "download 198.51.100.10 1019 " + gibibyte).rfind(wanted, 0), 0U);
    EXPECT_EQ(ask({}, "upload 198.51.100.10 1009 " + gibibyte).rfind(wanted, 0), 0U);
    EXPECT_EQ(ask({}, "download 2001:db8:51::10 1019 " + gibibyte).rfind(wanted, 0), 0U);
    EXPECT_EQ(ask({}, "upload 2001:db8:51::10 1009 " + gibibyte).rfind(wanted, 0), 0U);
}

TEST_F(NetBridgeOut, ASmallerMtuOfTheUplinkIsTheSandboxes) {
    ASSERT_EQ(lab().on_host("ip link set up0 mtu 1400").code, 0);
    ASSERT_EQ(lab().in_network_of(lab().internet(), "ip link set wan0 mtu 1400").code, 0);

    const Outcome outcome = run_bridged({},
                                        "cat /sys/class/net/eth0/mtu 2>/dev/null || "
                                        "ip -o link show eth0 | sed -E 's/.*mtu ([0-9]+).*/\\1/'; "
                                        "curl -sS -4 http://www.test/100000 | wc -c; "
                                        "curl -sS -6 http://www.test/100000 | wc -c; "
                                        "python3 /lab/client.py upload 198.51.100.10 1009 300000; "
                                        "python3 /lab/client.py upload 2001:db8:51::10 1009 300000 "
                                        "| head -n 1");

    EXPECT_EQ(outcome.out.rfind("1400\n100000\n100000\nbytes 300000\n", 0), 0U)
        << outcome.describe();
    EXPECT_NE(outcome.out.find("\nbytes 300000\n", outcome.out.find("seconds")), std::string::npos)
        << outcome.describe();
}

TEST_F(NetBridgeOut, AnotherRangeIsTheOptions) {
    const Outcome outcome =
        run_bridged({"--subnet", "10.99.8.0/24"},
                    "ip -o -4 addr show eth0; ip route; exec python3 /lab/client.py reach " +
                        targets({lab::far4, lab::far6}));

    EXPECT_NE(outcome.out.find("inet 10.99.8."), std::string::npos) << outcome.describe();
    EXPECT_NE(outcome.out.find("internet 203.0.113.2"), std::string::npos) << outcome.describe();
    EXPECT_NE(outcome.out.find("internet 2001:db8:113::2"), std::string::npos)
        << outcome.describe();
}

TEST_F(NetBridgeOut, WorksForAUserInsideAndWithTheHostsUserNamespace) {
    const std::string words = "reach " + targets({lab::far4});
    const std::string wanted = "tcp,198.51.100.10,1000 internet 203.0.113.2\n";

    EXPECT_EQ(ask({"--user", "1000:1000"}, words), wanted);
    EXPECT_NE(ask({"--userns", "host"}, words).find(wanted), std::string::npos);
    EXPECT_EQ(ask({"--no-init"}, words), wanted);
}

} // namespace microbox::testing
