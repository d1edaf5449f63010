// SPDX-License-Identifier: MIT
// What runs share: made by the first, left to the others, removed by gc --all when nobody uses it.
#include "tests/root/network-bridge/bridged.hpp"

#include <chrono>
#include <csignal>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace microbox::testing {

namespace {

constexpr const char* forwarding = "cat /proc/sys/net/ipv4/ip_forward "
                                   "/proc/sys/net/ipv6/conf/all/forwarding";

class NetBridgeShared : public Bridged {
protected:
    std::string links() { return lab().on_host("ip -o link | grep -o mbx0: | sort -u").out; }

    std::string tables() { return lab().on_host("nft list tables | sort").out; }

    std::string rules() {
        return lab()
            .on_host("nft list ruleset | grep -cE '^\\s+(ip|ip6|iif|oif|ct|meta|ether|jump|"
                     "drop|accept|reject|return|masq|dnat|udp|tcp|fib|icmp)'")
            .out;
    }
};

} // namespace

TEST_F(NetBridgeShared, IsMadeOnceListedAndRemovedWhenNobodyUsesIt) {
    ASSERT_EQ(links(), "");
    ASSERT_EQ(lab().on_host(forwarding).out, "0\n0\n");
    {
        Box box({}, {"peer:1000"});
        EXPECT_EQ(links(), "mbx0:\n");
        EXPECT_EQ(tables(), "table bridge microbox\ntable inet microbox\n");
        EXPECT_EQ(lab().on_host(forwarding).out, "1\n1\n");

        const Outcome kept = run({"gc", "--all"});
        EXPECT_EQ(kept.code, 0) << kept.describe();
        EXPECT_NE(kept.out.find("a running sandbox uses it"), std::string::npos) << kept.describe();
        EXPECT_NE(answered(from_host("reach " + targets({box.ip4()}))), "");
        EXPECT_NE(answered(from(box.inside(), "reach tcp,198.51.100.10,1000")), "");
    }
    EXPECT_EQ(links(), "mbx0:\n");
    const Outcome listed = run({"gc", "--dry-run"});
    EXPECT_NE(listed.out.find("mbx0"), std::string::npos) << listed.describe();
    EXPECT_NE(listed.out.find("inet microbox"), std::string::npos) << listed.describe();
    EXPECT_NE(listed.out.find("bridge microbox"), std::string::npos) << listed.describe();
    EXPECT_NE(listed.out.find("gc --all"), std::string::npos) << listed.describe();
    EXPECT_EQ(links(), "mbx0:\n") << "a dry run";
    EXPECT_EQ(run({"gc"}).code, 0);
    EXPECT_EQ(links(), "mbx0:\n") << "gc alone leaves what is shared";

    const Outcome removed = run({"gc", "--all"});

    EXPECT_EQ(removed.code, 0) << removed.describe();
    EXPECT_EQ(links(), "");
    EXPECT_EQ(tables(), "");
    EXPECT_EQ(lab().on_host(forwarding).out, "0\n0\n");
    EXPECT_EQ(run({"gc", "--dry-run"}).out.find("mbx0"), std::string::npos);
    EXPECT_EQ(ask({}, "reach tcp,198.51.100.10,1000"),
              "tcp,198.51.100.10,1000 internet 203.0.113.2\n")
        << "made again";
}

TEST_F(NetBridgeShared, ForwardingIsSaidAtInfoAndPutBackToWhatItWas) {
    ASSERT_EQ(lab().on_host("echo 1 >/proc/sys/net/ipv4/ip_forward").code, 0);

    const Outcome first = run_bridged({"--log-level", "info"}, "true");
    const Outcome second = run_bridged({"--log-level", "info"}, "true");

    EXPECT_EQ(first.code, 0) << first.describe();
    EXPECT_NE(first.err.find("forwarding"), std::string::npos) << first.describe();
    EXPECT_EQ(second.err.find("forwarding"), std::string::npos) << second.describe();
    EXPECT_EQ(run({"gc", "--all"}).code, 0);
    EXPECT_EQ(lab().on_host(forwarding).out, "1\n0\n");
}

TEST_F(NetBridgeShared, ForwardingStaysOnForWhoHasComeMeanwhile) {
    EXPECT_EQ(run_bridged({}, "true").code, 0);
    ASSERT_EQ(lab()
                  .on_host("nft add table ip engine; nft add chain ip engine forward "
                           "'{ type filter hook forward priority 0; policy accept; }'")
                  .code,
              0);

    const Outcome outcome = run({"gc", "--all"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_NE(outcome.err.find("forwarding stays on"), std::string::npos) << outcome.describe();
    EXPECT_EQ(lab().on_host(forwarding).out, "1\n1\n");
    EXPECT_EQ(links(), "");
}

TEST_F(NetBridgeShared, NothingIsForwardedBetweenTheHostsOwnNetworks) {
    // The neighbour reaches the internet through the host only when somebody else lets it.
    ASSERT_EQ(lab()
                  .in_network_of(lab().neighbour(),
                                 "ip route add default via 192.168.77.1; ip route add default via "
                                 "fd77::1")
                  .code,
              0);
    ASSERT_EQ(lab()
                  .in_network_of(lab().internet(),
                                 "ip route add 192.168.77.0/24 via 203.0.113.2; ip route add "
                                 "fd77::/64 via 2001:db8:113::2")
                  .code,
              0);
    const std::string words = "reach " + targets({lab::far4, lab::far6});
    ASSERT_EQ(lab().on_host("sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1").code,
              0);
    EXPECT_NE(answered(from(lab().neighbour(), words)), "") << "the test's own ways";
    ASSERT_EQ(lab().on_host("sysctl -qw net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0").code,
              0);

    Box box({}, {"peer:1000"});

    EXPECT_EQ(lab().on_host(forwarding).out, "1\n1\n");
    EXPECT_EQ(answered(from(lab().neighbour(), words)), "");
    EXPECT_NE(answered(from(box.inside(), words)), "");
}

TEST_F(NetBridgeShared, InterfacesThatForwardedBeforeGoOn) {
    ASSERT_EQ(lab()
                  .on_host("for i in up0 priv0; do echo 1 "
                           ">/proc/sys/net/ipv4/conf/$i/forwarding; done")
                  .code,
              0);
    ASSERT_EQ(lab().in_network_of(lab().neighbour(), "ip route add default via 192.168.77.1").code,
              0);
    ASSERT_EQ(
        lab().in_network_of(lab().internet(), "ip route add 192.168.77.0/24 via 203.0.113.2").code,
        0);
    const std::string words = "reach " + targets({lab::far4});
    ASSERT_NE(answered(from(lab().neighbour(), words)), "");

    EXPECT_EQ(run_bridged({}, "true").code, 0);

    EXPECT_NE(answered(from(lab().neighbour(), words)), "");
}

TEST_F(NetBridgeShared, AKilledOneIsReleasedWithoutATable) {
    {
        Box box({"-p", "203.0.113.2:8080:80", "--net-allow", "10.9.0.0/16"}, {"peer:80"});
        box.running().signal(SIGKILL);
        (void)box.running().finish();
    }
    ASSERT_EQ(lab().on_host("nft delete table inet microbox").code, 0);

    const Outcome collected = run({"gc"});

    EXPECT_EQ(collected.code, 0) << collected.describe();
    EXPECT_EQ(collected.out.find("not released"), std::string::npos) << collected.describe();
    EXPECT_EQ(left_over(), "");
}

TEST_F(NetBridgeShared, AHostThatForwardedBeforeGoesOn) {
    ASSERT_EQ(lab().on_host("sysctl -qw net.ipv4.ip_forward=1").code, 0);
    ASSERT_EQ(lab().in_network_of(lab().neighbour(), "ip route add default via 192.168.77.1").code,
              0);
    ASSERT_EQ(
        lab().in_network_of(lab().internet(), "ip route add 192.168.77.0/24 via 203.0.113.2").code,
        0);

    Box box({}, {"peer:1000"});

    EXPECT_NE(answered(from(lab().neighbour(), "reach " + targets({lab::far4}))), "");
}

TEST_F(NetBridgeShared, AHostThatHeardOfItsRouterKeepsIt) {
    // A host that forwards IPv6 believes no advertisements, and forgets what it has learned, unless
    // it was told otherwise (accept_ra 2).
    ASSERT_EQ(lab()
                  .on_host("ip -6 route del default; echo 1 >/proc/sys/net/ipv6/conf/up0/accept_ra")
                  .code,
              0);
    const std::string advertise =
        "python3 " + lab::program("wire.py") +
        " send wan0 mac=$(ip -o link show wan0 | sed -E 's/.*ether ([^ ]+).*/\\1/') "
        "to=33:33:00:00:00:01 advertisement";
    ASSERT_EQ(lab().in_network_of(lab().internet(), advertise).code, 0);
    const std::string learned = "ip -6 route show default | grep -c 'proto ra'";
    ASSERT_EQ(lab().on_host("sleep 0.2; " + learned).out, "1\n");

    EXPECT_EQ(run_bridged({}, "true").code, 0);

    EXPECT_EQ(lab().on_host(learned).out, "1\n");
    ASSERT_EQ(lab().on_host("ip -6 route flush proto ra").code, 0);
    ASSERT_EQ(lab().in_network_of(lab().internet(), advertise).code, 0);
    EXPECT_EQ(lab().on_host("sleep 0.2; " + learned).out, "1\n") << "nor believes the next";
    EXPECT_EQ(run({"gc", "--all"}).code, 0);
    EXPECT_EQ(lab().on_host("cat /proc/sys/net/ipv6/conf/up0/accept_ra").out, "1\n");
}

TEST_F(NetBridgeShared, NoRuleIsAddedForASandbox) {
    std::vector<Box> boxes;
    boxes.reserve(5);
    boxes.emplace_back(std::vector<std::string>{"-p", "203.0.113.2:8000:80"},
                       std::vector<std::string>{"peer:80"});
    const std::string with_one = rules();
    for (int i = 1; i < 5; ++i)
        boxes.emplace_back(
            std::vector<std::string>{"-p",
                                     "203.0.113.2:" + std::to_string(8000 + i) + ":80",
                                     "--net-allow",
                                     "10." + std::to_string(i) + ".0.0/16:443",
                                     "--dns",
                                     "192.168.77.2"},
            std::vector<std::string>{"peer:80"});

    EXPECT_GT(std::stoi(with_one), 5);
    EXPECT_EQ(rules(), with_one);
}

TEST_F(NetBridgeShared, TwoHundredSideBySideHaveAddressesOfTheirOwn) {
    constexpr int count = 200;
    std::vector<Running> all;
    std::set<std::string> addresses4;
    std::set<std::string> addresses6;
    Options how;
    how.timeout = std::chrono::minutes(2);
    all.reserve(count);
    for (int i = 0; i < count; ++i)
        all.push_back(
            start(bridged({"--memory", "64MB", "--storage", "16MB"},
                          "ip -o -4 addr show eth0 | sed -E 's,.*inet ([^ ]+).*,ip4 \\1,'; "
                          "ip -o -6 addr show eth0 scope global | sed -E 's,.*inet6 ([^ "
                          "]+).*,ip6 \\1,'; echo READY; exec sleep 600"),
                  how));
    for (Running& running : all) {
        ASSERT_TRUE(running.wait_for_output("READY\n", std::chrono::minutes(2)))
            << running.finish().describe();
        Outcome said;
        said.out = running.output();
        addresses4.insert(said.value("ip4"));
        addresses6.insert(said.value("ip6"));
    }

    EXPECT_EQ(addresses4.size(), all.size());
    EXPECT_EQ(addresses6.size(), all.size());
    EXPECT_EQ(addresses4.count(""), 0U);
    EXPECT_EQ(addresses6.count(""), 0U);
    for (Running& running : all)
        running.signal(SIGTERM);
    for (Running& running : all) {
        const Outcome outcome = running.finish();
        EXPECT_EQ(outcome.code, 128 + SIGTERM) << outcome.describe();
    }
}

TEST_F(NetBridgeShared, KilledSupervisorsLeaveNothingAfterGc) {
    for (int i = 0; i < 30; ++i) {
        Running running = start(bridged({"-p",
                                         "8080:80",
                                         "-p",
                                         "203.0.113.2:8080:80",
                                         "--net-rate",
                                         "10mbit",
                                         "--net-allow",
                                         "10.9.0.0/16"},
                                        "sleep 600"));
        std::this_thread::sleep_for(std::chrono::milliseconds(3 * i));
        running.signal(SIGKILL);
        (void)running.finish();
    }

    const Outcome collected = run({"gc"});

    EXPECT_EQ(collected.code, 0) << collected.describe();
    EXPECT_EQ(left_over(), "");
    EXPECT_EQ(lab().on_host("nft list ruleset | grep -E '8080|10\\.9\\.'").out, "");
    EXPECT_EQ(run({"gc", "--all"}).code, 0);
    EXPECT_EQ(links() + tables(), "");
}

TEST_F(NetBridgeShared, AKilledOneIsTidiedUpByTheNextStarts) {
    {
        Box box({"-p", "203.0.113.2:8080:80"}, {"peer:80"});
        box.running().signal(SIGKILL);
        (void)box.running().finish();
    }

    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(run_bridged({}, "true").code, 0);

    EXPECT_EQ(left_over(), "");
    EXPECT_EQ(lab().on_host("nft list ruleset | grep 8080").out, "");
}

TEST_F(NetBridgeShared, IsNotRemovedFromUnderAStart) {
    Running gc = lab().start_on_host("while :; do " + binary_path() + " gc --all >/dev/null; done");

    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(ask({}, "reach tcp,198.51.100.10,1000"),
                  "tcp,198.51.100.10,1000 internet 203.0.113.2\n");

    gc.signal(SIGTERM);
    (void)gc.finish();
}

TEST_F(NetBridgeShared, WhatSomebodyHasRemovedIsMadeAgain) {
    EXPECT_EQ(run_bridged({}, "true").code, 0);
    ASSERT_EQ(lab()
                  .on_host("nft flush ruleset; ip link del mbx0; echo 0 >/proc/sys/net/ipv4/"
                           "ip_forward")
                  .code,
              0);

    EXPECT_EQ(ask({}, "reach tcp,198.51.100.10,1000 tcp,2001:db8:51::10,1000"),
              "tcp,198.51.100.10,1000 internet 203.0.113.2\n"
              "tcp,2001:db8:51::10,1000 internet 2001:db8:113::2\n");
    ASSERT_EQ(lab().on_host("nft delete table bridge microbox").code, 0);
    EXPECT_EQ(ask({}, "reach tcp,198.51.100.10,1000"),
              "tcp,198.51.100.10,1000 internet 203.0.113.2\n");
    EXPECT_NE(tables().find("bridge microbox"), std::string::npos);
}

TEST_F(NetBridgeShared, RulesThatSomebodyHasChangedArePutBack) {
    Running server = lab().serve_on_host("host", {"peer:1000"});
    EXPECT_EQ(run_bridged({}, "true").code, 0);
    ASSERT_EQ(lab().on_host("nft flush chain inet microbox to_host").code, 0);

    EXPECT_EQ(answered(ask({}, "reach tcp,203.0.113.2,1000 tcp,10.44.0.1,1000")), "");
    EXPECT_NE(lab().on_host("nft list chain inet microbox to_host").out.find("refuse"),
              std::string::npos);
}

TEST_F(NetBridgeShared, WhatAKilledRunHasOpenedIsNobodyElses) {
    // All addresses but one have elements of a killed run; a start cleans up after one of them.
    const std::vector<std::string> subnet = {"--subnet", "10.99.0.0/28"};
    std::vector<std::string> open = subnet;
    open.insert(open.end(), {"--net-allow", "10.1.2.3"});
    {
        std::vector<Box> boxes;
        boxes.reserve(12);
        for (int i = 0; i < 12; ++i)
            boxes.emplace_back(open, std::vector<std::string>{"peer:1000"});
        EXPECT_NE(answered(from(boxes.front().inside(), "reach tcp,10.1.2.3,1000")), "");
        for (Box& box : boxes)
            box.running().signal(SIGKILL);
        for (Box& box : boxes)
            (void)box.running().finish();
    }

    EXPECT_EQ(answered(ask(subnet, "reach tcp,10.1.2.3,1000 tcp,198.51.100.10,1000")),
              "tcp,198.51.100.10,1000 internet 203.0.113.2\n");
    EXPECT_EQ(run({"gc"}).code, 0);
}

TEST_F(NetBridgeShared, OneSandboxDoesNotFillTheHostsTableOfConnections) {
    const auto flood = [&](const std::vector<std::string>& options, const std::string& address) {
        Options how;
        how.timeout = std::chrono::minutes(1);
        how.input = "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                    "for port in range(2000, 12000):\n"
                    "    try: s.sendto(b'x', ('" +
                    address + "', port))\n    except OSError: pass\nprint('sent')\n";
        const Outcome outcome = run_bridged(options, "exec python3 -", how);
        EXPECT_EQ(outcome.out, "sent\n") << outcome.describe();
        return std::stoi(lab().on_host("cat /proc/sys/net/netfilter/nf_conntrack_count").out);
    };

    const int beyond = flood({}, "198.51.100.10");
    EXPECT_GT(beyond, 4000) << "the flood has flooded nothing";
    EXPECT_LT(beyond, 9000);
    EXPECT_LT(flood({"--net-allow", "203.0.113.2"}, "203.0.113.2"), beyond + 9000);
}

TEST_F(NetBridgeShared, NothingIsTakenFromWhoeverHasTheAddressNow) {
    Box owner({"--subnet", "10.99.0.0/30", "--dns", "192.168.77.2"}, {"peer:1000"});
    const std::string query = "reach dns,192.168.77.2,53";
    ASSERT_EQ(answered(from(owner.inside(), query)), "dns,192.168.77.2,53 answer\n");

    // The journal of a killed run that was refused this address, or had it once.
    ASSERT_EQ(
        lab()
            .on_host("cd /run/microbox/runs && umask 077 && printf 'net-bridge\\telement %s\\n' "
                     "'inet microbox taken { 10.99.0.2 : 0x00000007 }' "
                     "'inet microbox named_ports4 { 10.99.0.2 . 192.168.77.2 . 53 }' "
                     ">abcdefgh1234")
            .code,
        0);
    const Outcome collected = run({"gc"});

    EXPECT_NE(collected.out.find("abcdefgh1234: released"), std::string::npos)
        << collected.describe();
    EXPECT_EQ(answered(from(owner.inside(), query)), "dns,192.168.77.2,53 answer\n");
}

TEST_F(NetBridgeShared, RulesThatWereChangedAndPutBackByHandAreFine) {
    for (const char* const change :
         {"true", "nft add chain inet microbox x", "nft delete chain inet microbox x", "true"}) {
        ASSERT_EQ(lab().on_host(change).code, 0);
        const Outcome outcome = run_bridged({}, "echo started");
        EXPECT_EQ(outcome.out, "started\n") << change << outcome.describe();
    }
}

TEST_F(NetBridgeShared, UnsentDataDoesNotKeepTheLink) {
    Running deaf = lab().start_in_network_of(
        lab().internet(),
        "exec python3 -c 'import socket, time; s = socket.create_server((\"0.0.0.0\", 7001)); "
        "print(\"READY\", flush=True); time.sleep(60)'");
    ASSERT_TRUE(deaf.wait_for_output("READY"));
    Options how;
    how.input = "import socket\ns = socket.create_connection(('198.51.100.10', 7001))\n"
                "s.setblocking(False)\ntry:\n    while True: s.send(bytes(100000))\n"
                "except BlockingIOError: print('full')\n";

    EXPECT_EQ(run_bridged({}, "exec python3 -", how).out, "full\n");

    EXPECT_EQ(left_over(), "");
}

TEST_F(NetBridgeShared, TheTablesOfOthersAreLeftAlone) {
    ASSERT_EQ(lab()
                  .on_host("nft add table inet mine; nft add set inet mine kept "
                           "'{ type ipv4_addr; elements = { 192.0.2.7 } }'")
                  .code,
              0);

    EXPECT_EQ(run_bridged({"-p", "203.0.113.2:8080:80"}, "true").code, 0);
    EXPECT_EQ(run({"gc", "--all"}).code, 0);

    EXPECT_EQ(tables(), "table inet mine\n");
    EXPECT_NE(lab().on_host("nft list ruleset").out.find("192.0.2.7"), std::string::npos);
}

} // namespace microbox::testing
