// SPDX-License-Identifier: MIT
// What a sandbox may not reach. Behind every wall stands a server that would answer: each test asks
// it from where it may be asked first.
#include "tests/root/network-bridge/bridged.hpp"

#include <string>
#include <vector>

namespace microbox::testing {

namespace {

class NetBridgeWalls : public Bridged {
protected:
    /// Each of them answers the host over both protocols.
    void expect_all_answer(const std::vector<std::string>& addresses) {
        for (const char* const protocol : {"tcp", "udp"}) {
            const std::string output = from_host("reach " + targets(addresses, protocol));
            EXPECT_EQ(answered(output), output);
        }
    }

    /// None of them answers a sandbox, over either protocol; the internet does at the same time.
    static void expect_none_answers(const std::vector<std::string>& options,
                                    const std::vector<std::string>& addresses) {
        EXPECT_EQ(answered(ask(options,
                               "reach " + targets(addresses, "tcp") + " " +
                                   targets(addresses, "udp") + " tcp,198.51.100.10,1000")),
                  "tcp,198.51.100.10,1000 internet 203.0.113.2\n");
    }
};

} // namespace

TEST_F(NetBridgeWalls, AddressesOfTheHost) {
    Running server = lab().serve_on_host("host", {"peer:1000"});
    Box other({}, {"peer:1000"}); // so that the bridge is there
    const Outcome bridge6 = lab().on_host(
        "ip -o -6 addr show mbx0 scope global | sed -E 's,.*inet6 ([^ /]+).*,\\1,' | tr -d '\\n'");
    const Outcome link_local = lab().on_host(
        "ip -o -6 addr show mbx0 scope link | sed -E 's,.*inet6 ([^ /]+).*,\\1,' | tr -d '\\n'");
    ASSERT_NE(bridge6.out, "") << bridge6.describe();
    ASSERT_EQ(link_local.out.rfind("fe80:", 0), 0U) << link_local.describe();
    const std::vector<std::string> all = {
        lab::host4, lab::host6, lab::host_private4, lab::host_private6, "10.44.0.1", bridge6.out};
    expect_all_answer(all);
    expect_all_answer({link_local.out + "%mbx0"});

    expect_none_answers({}, all);
    expect_none_answers({}, {link_local.out + "%eth0", "ff02::1%eth0"});
    // The same, by an option that opens the internet's whole range: the host stays closed.
    expect_none_answers({"--net-allow", "0.0.0.0/0:80", "--net-allow", "[::/0]:80"}, all);
}

TEST_F(NetBridgeWalls, NoDatagramForEverybodyIsHeardByTheHost) {
    Box box({}, {"peer:1000"});
    const std::string listen = "exec python3 " + lab::program("client.py") + " listen 1000";
    Running host = lab().start_on_host(listen);
    ASSERT_TRUE(host.wait_for_output("READY"));
    Running neighbour = lab().start_in_network_of(
        box.inside(), "exec python3 " + lab::program("client.py") + " listen 1001");
    ASSERT_TRUE(neighbour.wait_for_output("READY"));

    for (const char* const port : {" 1000 ", " 1001 "})
        (void)ask({},
                  std::string("shout inside") + port +
                      "10.44.255.255 255.255.255.255 224.0.0.1 10.44.0.1 203.0.113.2 " + box.ip4() +
                      " " + box.ip6() + " ff02::1%eth0 ff02::2%eth0");
    (void)from_host("shout end 1000 203.0.113.2");
    (void)from(box.inside(), "shout end 1001 127.0.0.1");

    EXPECT_EQ(host.finish().out, "READY\nheard end\n");
    EXPECT_EQ(neighbour.finish().out, "READY\nheard end\n");
}

TEST_F(NetBridgeWalls, TheHostDoesNotEvenAnswerAPing) {
    const Outcome outcome = run_bridged({},
                                        "ping -n -q -c 1 -W 1 203.0.113.2; "
                                        "ping -n -q -c 1 -W 1 10.44.0.1; "
                                        "ping -n -q -c 1 -W 1 2001:db8:113::2; "
                                        "ping -n -q -c 1 -W 1 192.168.77.2");

    EXPECT_EQ(outcome.out.find("1 received"), std::string::npos) << outcome.describe();
    EXPECT_NE(outcome.code, 0);
}

TEST_F(NetBridgeWalls, LoopbackOfTheHost) {
    Running server = lab().serve_on_host("host", {"peer:1000"});
    expect_all_answer({"127.0.0.1", "::1"});

    expect_none_answers({}, {"127.0.0.1", "::1", "127.0.0.53", "0.0.0.0"});
    // A frame for 127.0.0.1 sent to the host over the wire (CVE-2020-8558: route_localnet).
    EXPECT_EQ(lab()
                  .on_host("cat /proc/sys/net/ipv4/conf/all/route_localnet "
                           "/proc/sys/net/ipv4/conf/mbx0/route_localnet")
                  .out,
              "0\n0\n");
}

TEST_F(NetBridgeWalls, NeighboursOnTheBridge) {
    Box other({"-p", "203.0.113.2:8080:1000"}, {"peer:1000"});
    expect_all_answer({other.ip4(), other.ip6()});

    expect_none_answers({}, {other.ip4(), other.ip6()});
    // Nor by the port that it has published on the host: that is an address of the host.
    EXPECT_EQ(answered(ask({}, "reach tcp,203.0.113.2,8080")), "");
}

TEST_F(NetBridgeWalls, AnotherRangeOnTheSameHost) {
    Box other({"--subnet", "10.99.8.0/24"}, {"peer:1000"});
    expect_all_answer({other.ip4(), other.ip6()});

    expect_none_answers({}, {other.ip4(), other.ip6()});
}

TEST_F(NetBridgeWalls, LinkLocalAndMetadata) {
    expect_all_answer({"169.254.169.254", "169.254.7.7", "fd00:ec2::254"});

    expect_none_answers({}, {"169.254.169.254", "169.254.7.7", "fd00:ec2::254"});
    // By a name that leads there, too.
    const Outcome outcome = run_bridged({}, "curl -sS -m 2 http://metadata.test/");
    EXPECT_NE(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out, "");
}

TEST_F(NetBridgeWalls, PrivateRanges) {
    std::vector<std::string> all = lab::unroutable4();
    for (const std::string& address : lab::unroutable6())
        all.push_back(address);
    all.emplace_back(lab::private4);
    all.emplace_back(lab::private6);
    expect_all_answer(all);

    expect_none_answers({}, all);
}

TEST_F(NetBridgeWalls, AreSaidAtOnceAndNotByATimeout) {
    // A refusal that is told lets a program go on to the next address.
    std::string words = "reach tcp,198.51.100.10,1000";
    for (int port = 1000; port < 1020; ++port)
        words += " tcp,10.1.2.3," + std::to_string(port) + " tcp,fc00::5," + std::to_string(port);
    const std::string output = ask({}, words);
    EXPECT_EQ(output.find("timeout"), std::string::npos) << output;
    EXPECT_NE(answered(output), "") << output;
}

TEST_F(NetBridgeWalls, AddressesWrittenAsMappedOnes) {
    expect_all_answer({"::ffff:169.254.169.254", "::ffff:10.1.2.3"});

    expect_none_answers({}, {"::ffff:169.254.169.254", "::ffff:10.1.2.3"});
}

TEST_F(NetBridgeWalls, AServerOfNamesInAPrivateRangeIsOpenForNamesAlone) {
    const std::vector<std::string> options = {"--dns", "192.168.77.2"};

    EXPECT_EQ(ask(options, "resolve www.test"), "198.51.100.10\n2001:db8:51::10\n");
    EXPECT_EQ(ask(options, "reach dns,192.168.77.2,53"), "dns,192.168.77.2,53 answer\n");
    expect_none_answers(options, {lab::private4, lab::private6});
    EXPECT_EQ(answered(ask(options, "reach tcp,192.168.77.2,80")), "");
    EXPECT_EQ(answered(ask({}, "reach dns,192.168.77.2,53")), "") << "of that sandbox alone";
}

TEST_F(NetBridgeWalls, AServerOfNamesOnTheHostIsOpenForNamesAlone) {
    Running server = lab().serve_on_host("host", {"peer:1000", "dns:53"});
    const std::vector<std::string> options = {"--dns", "203.0.113.2"};

    EXPECT_EQ(ask(options, "resolve www.test"), "198.51.100.10\n2001:db8:51::10\n");
    expect_none_answers(options, {lab::host4, lab::host_private4, "10.44.0.1"});
}

TEST_F(NetBridgeWalls, AnEarlierOwnersConnectionIsNoGate) {
    // The same address, the same ports: one entry in the host's table of connections.
    const std::vector<std::string> subnet = {"--subnet", "10.99.0.0/30"};
    std::vector<std::string> open = subnet;
    open.insert(open.end(), {"--net-allow", "192.168.77.2"});
    const std::string words = "reach udp,192.168.77.2,1000,5555";
    EXPECT_NE(answered(ask(open, words)), "");
    EXPECT_NE(answered(ask(open, words)), "");

    EXPECT_EQ(answered(ask(subnet, words)), "");
}

TEST_F(NetBridgeWalls, AnEarlierOwnersClientsDoNotGetIn) {
    const std::vector<std::string> subnet = {"--subnet", "10.99.0.0/30"};
    const std::string words = "reach udp,203.0.113.2,8080,5555";
    {
        Box first({"--subnet", "10.99.0.0/30", "-p", "203.0.113.2:8080:1000/udp"}, {"peer:1000"});
        EXPECT_NE(answered(from(lab().internet(), words)), "");
        EXPECT_NE(answered(from(lab().internet(), words)), "");
    }
    Box second(subnet, {"peer:1000"});

    EXPECT_EQ(answered(from(lab().internet(), words)), "");
}

TEST_F(NetBridgeWalls, APortOfTheHostIsNotTakenByAConnectionOut) {
    Running server = lab().serve_on_host("host", {"peer:7777"});
    Box box({}, {"peer:1000"});

    // Out from 7777 to where the client will be; its answer would come to the sandbox.
    (void)from(box.inside(), "reach udp,203.0.113.1,5555,7777");

    EXPECT_NE(from(lab().internet(), "reach udp,203.0.113.2,7777,5555").find(" host "),
              std::string::npos);
}

TEST_F(NetBridgeWalls, StandAgainWhenSomebodyHasRemovedThem) {
    Running server = lab().serve_on_host("host", {"peer:1000"});
    Box box({"-p", "203.0.113.2:8080:1000"}, {"peer:1000"});
    Box other({}, {"peer:1000"});

    for (const char* const removal : {"nft flush ruleset",
                                      "nft flush chain inet microbox to_host",
                                      "nft delete table inet microbox"}) {
        ASSERT_EQ(lab().on_host(removal).code, 0);
        EXPECT_EQ(
            answered(from(box.inside(),
                          "reach tcp,203.0.113.2,1000 tcp,10.44.0.1,1000 tcp,192.168.77.2,1000 "
                          "tcp,169.254.169.254,1000 tcp," +
                              other.ip4() + ",1000")),
            "")
            << removal;
        EXPECT_NE(answered(from(box.inside(), "reach tcp,198.51.100.10,1000")), "") << removal;
        EXPECT_NE(answered(from(other.inside(), "reach tcp,2001:db8:51::10,1000")), "") << removal;
        EXPECT_NE(answered(from(lab().internet(), "reach tcp,203.0.113.2,8080")), "") << removal;
    }
}

TEST_F(NetBridgeWalls, AreNotTroubledByWhatIsPutBesideThem) {
    Box box({}, {"peer:1000"});

    for (const char* const change : {"nft add chain inet microbox x",
                                     "nft add set inet microbox y '{ type ipv4_addr; }'",
                                     "nft delete chain inet microbox x"}) {
        ASSERT_EQ(lab().on_host(change).code, 0);
        EXPECT_EQ(answered(from(box.inside(), "reach tcp,203.0.113.2,1000 tcp,10.1.2.3,1000")), "");
        EXPECT_NE(answered(from(box.inside(), "reach tcp,198.51.100.10,1000")), "") << change;
    }
    EXPECT_EQ(box.end().code, 128 + 15);
}

TEST_F(NetBridgeWalls, StandBeforeTheFirstInstruction) {
    // Every start again: no moment in which the first packet passes.
    Running server = lab().serve_on_host("host", {"peer:1000"});
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(answered(ask({}, "reach udp,203.0.113.2,1000 udp,169.254.169.254,1000")), "");
}

} // namespace microbox::testing
