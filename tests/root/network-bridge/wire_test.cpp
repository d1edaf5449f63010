// SPDX-License-Identifier: MIT
// Frames that a sandbox should not be able to send, put on its wire from inside its network
// namespace with the host's rights: more than the sandbox itself could do. With each goes one that
// is true, and must arrive.
#include "tests/root/network-bridge/bridged.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

namespace microbox::testing {

namespace {

/// Sees our frames on an interface for a while.
class Watcher {
public:
    Watcher(NetworkLab& lab, pid_t where, const std::string& interface)
        : running_(lab.start_in_network_of(
              where, "exec python3 " + lab::program("wire.py") + " watch " + interface + " 60")) {
        EXPECT_TRUE(running_.wait_for_output("READY")) << interface;
    }

    /// "true4 true6", each once, in the order of the alphabet.
    std::string seen() {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        running_.signal(SIGTERM);
        std::vector<std::string> kinds = running_.finish().values("seen");
        std::sort(kinds.begin(), kinds.end());
        kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
        std::string text;
        for (const std::string& kind : kinds)
            text += (text.empty() ? "" : " ") + kind;
        return text;
    }

private:
    Running running_;
};

const std::string all_kinds = "mac4 mac6 ip4 ip6 arp-ip arp-mac arp-from-mac advertisement "
                              "neighbour redirect vlan vlan-ip4 unknown true4 true6 true-arp";

class NetBridgeWire : public Bridged {
protected:
    std::string word(const std::string& script) {
        return lab().on_host("(" + script + ") | tr -d '\\n'").out;
    }

    /// On the wire of BOX, for whoever has the MAC and addresses.
    void send(const Box& box, const std::string& to, const std::string& kinds) {
        const Outcome outcome = lab().in_network_of(
            box.inside(),
            "exec python3 " + lab::program("wire.py") + " send eth0 mac=" + box.mac() +
                " ip4=" + box.ip4() + " ip6=" + box.ip6() + " " + to + " " + kinds);
        EXPECT_EQ(outcome.code, 0) << outcome.describe();
    }

    /// "to=MAC to4=... to6=..." of the bridge.
    std::string bridge() {
        return "to=" + word("ip -o link show mbx0 | sed -E 's/.*ether ([^ ]+).*/\\1/'") +
               " to4=10.44.0.1 to6=" +
               word("ip -o -6 addr show mbx0 scope global | sed -E 's,.*inet6 ([^ /]+).*,\\1,'");
    }
};

std::string others(const Box& box) {
    return " other4=" + box.ip4() + " other6=" + box.ip6();
}

} // namespace

TEST_F(NetBridgeWire, WhatIsForgedDoesNotReachTheHost) {
    Box sender({}, {"peer:1000"});
    Box victim({}, {"peer:1000"});
    Watcher host(lab(), ::getpid(), "mbx0");

    // The victim's addresses, which are true ones of another port.
    send(sender, bridge() + others(victim), all_kinds);

    EXPECT_EQ(host.seen(), "true-arp true4 true6");
}

TEST_F(NetBridgeWire, AddressesOfNobodyAndOfTheBridgeItselfAreForgedToo) {
    Box sender({}, {"peer:1000"});
    const std::string to = bridge();
    const std::string bridge6 = to.substr(to.rfind('=') + 1);
    Watcher host(lab(), ::getpid(), "mbx0");

    send(sender, to + " other4=10.44.0.1 other6=" + bridge6, "ip4 ip6 arp-ip neighbour true4");
    send(sender, to + " other4=10.44.250.251 other6=fe80::1", "ip4 ip6 arp-ip neighbour true6");
    send(sender, to + " other4=0.0.0.0 other6=::", "ip4 ip6");
    send(sender, to + " other4=203.0.113.2 other6=2001:db8:113::2", "ip4 ip6 arp-ip neighbour");
    send(sender, to + " other4=127.0.0.1 other6=::1", "ip4 ip6 arp-ip");

    // Unspecified addresses are what the detection of duplicates and DHCP use: an ARP or a
    // solicitation, never a datagram.
    EXPECT_EQ(host.seen(), "true4 true6");
}

TEST_F(NetBridgeWire, NothingAtAllReachesANeighbour) {
    Box sender({}, {"peer:1000"});
    Box victim({}, {"peer:1000"});
    Watcher neighbour(lab(), victim.inside(), "eth0");
    Watcher host(lab(), ::getpid(), "mbx0");

    send(sender,
         "to=" + victim.mac() + " to4=" + victim.ip4() + " to6=" + victim.ip6() +
             " other4=10.44.0.1 other6=fe80::1",
         all_kinds);
    send(sender,
         "to=ff:ff:ff:ff:ff:ff to4=" + victim.ip4() + " to6=" + victim.ip6() +
             " other4=10.44.0.1 other6=fe80::1",
         all_kinds);

    EXPECT_EQ(neighbour.seen(), "");
    EXPECT_NE(host.seen().find("true4"), std::string::npos) << "the broadcast reaches the host";
}

TEST_F(NetBridgeWire, NothingOfAPortThatIsSomebodyElsesReachesASandbox) {
    Box victim({}, {"peer:1000"});
    ASSERT_EQ(
        lab()
            .on_host("ip link add in0 type veth peer name in1; ip link set in0 master mbx0 && "
                     "ip link set in0 up; ip link set in1 up; sleep 0.3")
            .code,
        0);
    Watcher inside(lab(), victim.inside(), "eth0");
    Watcher arrives(lab(), ::getpid(), "in0");

    const Outcome sent = lab().on_host(
        "python3 " + lab::program("wire.py") + " send in1 to=" + victim.mac() +
        " to4=" + victim.ip4() + " to6=" + victim.ip6() +
        " mac=02:00:00:00:00:77 ip4=10.44.250.250 ip6=fd00::77 other4=10.44.0.1 other6=fe80::1 " +
        all_kinds);

    EXPECT_EQ(sent.code, 0) << sent.describe();
    EXPECT_EQ(inside.seen(), "");
    EXPECT_NE(arrives.seen().find("true4"), std::string::npos) << "the frames were sent";
    (void)lab().on_host("ip link del in0");
}

TEST_F(NetBridgeWire, AForgedSourceIsNotTranslatedToTheInternet) {
    Box sender({}, {"peer:1000"});
    Box victim({}, {"peer:1000"});
    Watcher internet(lab(), lab().internet(), "wan0");
    std::string to = bridge();
    to = to.substr(0, to.find(" to4=")) + " to4=198.51.100.10 to6=2001:db8:51::10";

    send(sender, to + others(victim), "ip4 ip6 mac4 mac6 vlan vlan-ip4 true4 true6");
    send(sender, to + " other4=203.0.113.7 other6=2001:db8:113::7", "ip4 ip6");

    EXPECT_EQ(internet.seen(), "true4 true6");
}

TEST_F(NetBridgeWire, TheHostsTableOfNeighboursIsNotChanged) {
    Box sender({}, {"peer:1000"});
    Box victim({}, {"peer:1000"});
    EXPECT_NE(answered(from_host("reach " + targets({victim.ip4(), victim.ip6()}))), "");
    const std::string entries = "ip neigh show dev mbx0 | sed -E 's/ (ref|used|REACH|STALE|DELAY|"
                                "PROBE|PERM|router).*//' | sort";
    const std::string before = lab().on_host(entries).out;
    ASSERT_NE(before.find(victim.ip4() + " lladdr " + victim.mac()), std::string::npos) << before;

    send(sender, bridge() + others(victim), "arp-ip arp-mac arp-from-mac neighbour ip4 ip6");

    const std::string after = lab().on_host(entries).out;
    EXPECT_NE(after.find(victim.ip4() + " lladdr " + victim.mac()), std::string::npos) << after;
    EXPECT_NE(after.find(victim.ip6() + " lladdr " + victim.mac()), std::string::npos) << after;
    EXPECT_NE(answered(from_host("reach " + targets({victim.ip4(), victim.ip6()}))), "");
}

TEST_F(NetBridgeWire, AnAdministratorInsideHasNoOtherAddresses) {
    // Root inside with the rights over its own interface: each change works, and leads nowhere.
    Box victim({}, {"peer:1000"});
    const std::vector<std::string> options = {"--cap-add", "NET_ADMIN"};
    const std::string reach = "python3 /lab/client.py reach udp,198.51.100.10,1000 "
                              "udp,2001:db8:51::10,1000";
    const std::vector<std::string> changes = {
        "ip link set eth0 down; ip link set eth0 address 02:00:00:00:00:99; ip link set eth0 up; "
        "ip route add default via 10.44.0.1 dev eth0 onlink; ",
        "ip addr flush dev eth0 scope global; ip addr add " + victim.ip4() +
            "/16 dev eth0; ip route replace default via 10.44.0.1 dev eth0 onlink; ",
    };

    const Outcome unchanged = run_bridged(options,
                                          "ip link set eth0 down && ip link set eth0 up; "
                                          "ip route add default via 10.44.0.1 dev eth0 "
                                          "onlink; " +
                                              reach);
    EXPECT_NE(answered(unchanged.out), "") << unchanged.describe();
    for (const std::string& change : changes) {
        const Outcome outcome = run_bridged(options, change + reach);
        EXPECT_EQ(outcome.code, 0) << outcome.describe();
        EXPECT_EQ(outcome.err.find("RTNETLINK"), std::string::npos) << outcome.describe();
        EXPECT_EQ(answered(outcome.out), "") << outcome.describe();
    }
}

TEST_F(NetBridgeWire, GroupsOfTheBridgesOwnProtocolsAreNoWayAroundTheRules) {
    // Frames for these go to the host past the bridge, unless the port forwards them (LLDP, STP).
    Running server = lab().serve_on_host("host", {"peer:1000"});
    const std::string send = "ip neigh replace 10.44.0.1 lladdr 01:80:c2:00:00:$i dev eth0 nud "
                             "permanent; python3 /lab/client.py reach udp,203.0.113.2,1000";

    const Outcome outcome = run_bridged({"--cap-add", "NET_ADMIN"},
                                        "for i in 00 01 02 03 0e 0f; do " + send + "; done");

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_NE(outcome.out, "");
    EXPECT_EQ(answered(outcome.out), "");
}

TEST_F(NetBridgeWire, ALinkThatIsNoPortAnyMoreLeadsNowhere) {
    Box box({}, {"peer:1000"});
    const std::string link =
        word("ip -o link show master mbx0 | sed -E 's/^[0-9]+: ([^:@]+).*/\\1/'");
    ASSERT_EQ(link.rfind("mbxv", 0), 0U) << link;
    Running host =
        lab().start_on_host("exec python3 " + lab::program("client.py") + " listen 1000");
    ASSERT_TRUE(host.wait_for_output("READY"));

    ASSERT_EQ(lab().on_host("ip link set " + link + " nomaster").code, 0);
    const std::string mac =
        word("ip -o link show " + link + " | sed -E 's/.*ether ([^ ]+).*/\\1/'");
    (void)lab().in_network_of(box.inside(),
                              "ip neigh replace 10.44.0.1 lladdr " + mac +
                                  " dev eth0 nud permanent; python3 " + lab::program("client.py") +
                                  " shout inside 1000 203.0.113.2 192.168.77.1");
    (void)from_host("shout end 1000 203.0.113.2");

    EXPECT_EQ(host.finish().out, "READY\nheard end\n");
}

TEST_F(NetBridgeWire, WhatTheHostSaysToEverybodyIsNotHeardInside) {
    Box box({}, {"peer:1000"});
    Running inside = lab().start_in_network_of(
        box.inside(), "exec python3 " + lab::program("client.py") + " listen 1001");
    ASSERT_TRUE(inside.wait_for_output("READY"));

    (void)from_host("shout host 1001 10.44.255.255 ff02::1%mbx0");
    (void)from_host("shout end 1001 " + box.ip4());

    EXPECT_EQ(inside.finish().out, "READY\nheard end\n");
}

TEST_F(NetBridgeWire, AnAdministratorOfTheHostsNetworkIsRefused) {
    const Outcome outcome =
        run_bridged({"--userns", "host", "--cap-add", "NET_ADMIN"}, "echo started");
    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_EQ(outcome.out, "");
    EXPECT_NE(outcome.err.find("NET_ADMIN with --userns host"), std::string::npos)
        << outcome.describe();
}

TEST_F(NetBridgeWire, ARouterAdvertisementIsNotBelieved) {
    // A port of somebody else's on the bridge, and a wire of its own with a host that believes.
    Box box({}, {"peer:1000"});
    ASSERT_EQ(
        lab()
            .on_host("ip link add in0 type veth peer name in1; ip link set in0 master mbx0 && "
                     "ip link set in0 up; ip link set in1 up")
            .code,
        0);
    const std::string look = "ip -6 addr show scope global; ip -6 route";
    const std::string before = lab().in_network_of(box.inside(), look).out;
    const std::string send_it =
        "python3 " + lab::program("wire.py") +
        " send in1 mac=$(ip -o link show in1 | sed -E 's/.*ether ([^ ]+).*/\\1/') "
        "to=33:33:00:00:00:01 advertisement";

    // The believer shows that the frame is one that can be believed.
    Running believer = lab().start_on_host("exec unshare --net sh -c 'echo UNSHARED; sleep 20'");
    ASSERT_TRUE(believer.wait_for_output("UNSHARED"));
    const std::string pid = std::to_string(believer.pid());
    ASSERT_EQ(lab()
                  .on_host("ip link add wire0 type veth peer name wire1 netns " + pid +
                           "; ip link set wire0 up; nsenter --net=/proc/" + pid +
                           "/ns/net ip link set wire1 up")
                  .code,
              0);
    std::string there = send_it;
    there.replace(there.find("send in1"), 8, "send wire0");
    (void)lab().on_host("sleep 0.3; " + send_it + "; " + there + "; sleep 0.5");

    EXPECT_NE(lab().in_network_of(believer.pid(), look).out.find("2001:db8:bad:"),
              std::string::npos)
        << "the test's own advertisement is worth nothing";
    EXPECT_EQ(lab().in_network_of(box.inside(), look).out, before);
    EXPECT_EQ(lab()
                  .on_host("ip -6 addr show dev mbx0; ip -6 route show dev mbx0")
                  .out.find("2001:db8:bad:"),
              std::string::npos);
    (void)lab().on_host("ip link del in0; ip link del wire0");
}

TEST_F(NetBridgeWire, ARouterOnTheBridgeItselfIsNotBelievedEither) {
    // By the host's own hand, which no rule of the bridge's ports stops: the sandbox does not
    // listen.
    Box box({}, {"peer:1000"});
    const std::string look = "ip -6 addr show scope global; ip -6 route";
    const std::string before = lab().in_network_of(box.inside(), look).out;
    Watcher inside(lab(), box.inside(), "eth0");

    (void)lab().on_host(
        "python3 " + lab::program("wire.py") +
        " send mbx0 mac=$(ip -o link show mbx0 | sed -E 's/.*ether ([^ ]+).*/\\1/') "
        "to=33:33:00:00:00:01 advertisement; sleep 0.3");

    (void)inside.seen();
    EXPECT_EQ(lab().in_network_of(box.inside(), look).out, before);
}

} // namespace microbox::testing
