// SPDX-License-Identifier: MIT
// Out of a sandbox: over both families, by name, in bulk, and from hosts that have less.
#include "tests/root/network-pasta/through_pasta.hpp"

#include <string>

namespace microbox::testing {

using NetPastaOut = ThroughPasta;

TEST_F(NetPastaOut, HasEth0AndTheRouterIsItsOwn) {
    const Outcome outcome =
        run_pasta({}, "ip -o -4 addr show eth0; ip route; ip -6 route show default; ip -6 addr");

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(said(outcome), "");
    EXPECT_NE(outcome.out.find("inet 192.0.0.2/32"), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.out.find("default via 192.0.0.1 dev eth0"), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.out.find("default via fd6d:6278::1 dev eth0"), std::string::npos)
        << outcome.out;
    EXPECT_EQ(outcome.out.find("fe80:"), std::string::npos) << "addresses are pinned\n"
                                                            << outcome.out;
}

TEST_F(NetPastaOut, TcpAndUdpAreSeenWithTheAddressOfTheHost) {
    EXPECT_EQ(ask({}, "reach " + targets({lab::far4, lab::far6, lab::internet4})),
              "tcp,198.51.100.10,1000 internet 203.0.113.2\n"
              "tcp,2001:db8:51::10,1000 internet 2001:db8:113::2\n"
              "tcp,203.0.113.1,1000 internet 203.0.113.2\n");
    EXPECT_EQ(ask({}, "reach " + targets({lab::far4, lab::far6}, "udp")),
              "udp,198.51.100.10,1000 internet 203.0.113.2 datagram\n"
              "udp,2001:db8:51::10,1000 internet 2001:db8:113::2 datagram\n");
}

TEST_F(NetPastaOut, TheFirstPacketOfTheCommandIsNotLost) {
    // One try each: a link whose carrier is not seen yet would lose it.
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(ask({}, "reach " + targets({lab::far6, lab::far4}, "udp")),
                  "udp,2001:db8:51::10,1000 internet 2001:db8:113::2 datagram\n"
                  "udp,198.51.100.10,1000 internet 203.0.113.2 datagram\n")
            << "start " << i;
}

TEST_F(NetPastaOut, PagesByName) {
    const Outcome outcome = run_pasta(
        {}, "curl -sS -4 http://www.test/; curl -sS -6 http://www.test/; curl -sS www.test/");

    EXPECT_EQ(outcome.out.rfind("page of internet for 203.0.113.2\n"
                                "page of internet for 2001:db8:113::2\n"
                                "page of internet for ",
                                0),
              0U)
        << outcome.describe();
}

TEST_F(NetPastaOut, ManyMegabytesEachWay) {
    const std::string size = "100000000";
    const std::string wanted = "bytes " + size + "\n";

    EXPECT_EQ(ask({}, "download 198.51.100.10 1019 " + size).rfind(wanted, 0), 0U);
    EXPECT_EQ(ask({}, "download 2001:db8:51::10 1019 " + size).rfind(wanted, 0), 0U);
    EXPECT_EQ(ask({}, "upload 198.51.100.10 1009 " + size).rfind(wanted, 0), 0U);
    EXPECT_EQ(ask({}, "upload 2001:db8:51::10 1009 " + size).rfind(wanted, 0), 0U);
}

TEST_F(NetPastaOut, SendsByRenoWhateverTheHostDoes) {
    EXPECT_EQ(run_pasta({}, "cat /proc/sys/net/ipv4/tcp_congestion_control").out, "reno\n");
}

TEST_F(NetPastaOut, ASmallerMtuOfTheUplinkIsNoHindrance) {
    ASSERT_EQ(lab().on_host("ip link set up0 mtu 1300").code, 0);
    ASSERT_EQ(lab().in_network_of(lab().internet(), "ip link set wan0 mtu 1300").code, 0);

    const Outcome outcome = run_pasta({},
                                      "curl -sS -4 http://www.test/100000 | wc -c; "
                                      "curl -sS -6 http://www.test/100000 | wc -c; "
                                      "python3 /lab/client.py upload 198.51.100.10 1009 300000; "
                                      "python3 /lab/client.py upload 2001:db8:51::10 1009 300000 ");

    EXPECT_EQ(outcome.out.rfind("100000\n100000\nbytes 300000\n", 0), 0U) << outcome.describe();
    EXPECT_NE(outcome.out.find("\nbytes 300000\n", outcome.out.find("seconds")), std::string::npos)
        << outcome.describe();
}

TEST_F(NetPastaOut, AHostOfOneFamilyAlone) {
    ASSERT_EQ(lab().on_host("ip -6 route del default").code, 0);
    EXPECT_EQ(ask({}, "reach " + targets({lab::far4, lab::far6})),
              "tcp,198.51.100.10,1000 internet 203.0.113.2\n"
              "tcp,2001:db8:51::10,1000 ENETUNREACH\n");

    ASSERT_EQ(
        lab().on_host("ip -6 route add default via 2001:db8:113::1; ip route del default").code, 0);
    EXPECT_EQ(ask({}, "reach " + targets({lab::far4, lab::far6})),
              "tcp,198.51.100.10,1000 ENETUNREACH\n"
              "tcp,2001:db8:51::10,1000 internet 2001:db8:113::2\n");

    ASSERT_EQ(lab().on_host("ip -6 route del default").code, 0);
    EXPECT_EQ(not_refused(run_pasta({}, "echo started"), {"default route"}), "");
}

TEST_F(NetPastaOut, AHostWhoseDefaultRouteIsTwoHalves) {
    // As VPNs have it: pasta itself looks for a route of prefix 0.
    ASSERT_EQ(lab()
                  .on_host("ip route del default; ip -6 route del default; "
                           "ip route add 0.0.0.0/1 via 203.0.113.1; "
                           "ip route add 128.0.0.0/1 via 203.0.113.1")
                  .code,
              0);

    EXPECT_EQ(ask({}, "reach " + targets({lab::far4})),
              "tcp,198.51.100.10,1000 internet 203.0.113.2\n");
}

TEST_F(NetPastaOut, WorksForAUserInsideAndWithoutInit) {
    const std::string words = "reach " + targets({lab::far4});
    const std::string wanted = "tcp,198.51.100.10,1000 internet 203.0.113.2\n";

    EXPECT_EQ(ask({"--user", "1000:1000"}, words), wanted);
    EXPECT_EQ(ask({"--no-init"}, words), wanted);
}

TEST_F(NetPastaOut, WorksWithTheHostsUserNamespace) {
    EXPECT_NE(ask({"--userns", "host"}, "reach " + targets({lab::far4}))
                  .find("tcp,198.51.100.10,1000 internet 203.0.113.2\n"),
              std::string::npos);
}

TEST_F(NetPastaOut, TheExitCodeIsTheCommands) {
    EXPECT_EQ(run_pasta({}, "exit 7").code, 7);
    EXPECT_EQ(run_pasta({}, "kill -9 $$").code, 137);
}

TEST_F(NetPastaOut, TwoAtOnceDoNotMeet) {
    PastaBox other({}, {"peer:1000"});

    // They have the same address, each in a world of its own.
    EXPECT_EQ(answered(ask({}, "reach tcp,192.0.0.2,1000 tcp,192.0.0.1,1000 tcp,192.0.0.3,1000")),
              "");
    EXPECT_EQ(answered(from_host("reach tcp,192.0.0.2,1000")), "");
}

} // namespace microbox::testing
