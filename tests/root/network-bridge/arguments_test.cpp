// SPDX-License-Identifier: MIT
// Options of the bridge that are wrong: exit 125, one line that names the word, nothing started.
#include "tests/root/network-bridge/bridged.hpp"

#include <string>
#include <vector>

namespace microbox::testing {

namespace {

using NetBridgeArguments = Bridged;

struct Wrong {
    std::vector<std::string> options;
    std::vector<std::string> words; ///< of the message
};

void expect_refused(const std::vector<Wrong>& all) {
    for (const Wrong& one : all) {
        std::string shown;
        for (const std::string& option : one.options)
            shown += option + " ";
        EXPECT_EQ(not_refused(run_bridged(one.options, "echo started"), one.words), "") << shown;
    }
}

} // namespace

TEST_F(NetBridgeArguments, PublishesThatAreMalformed) {
    std::vector<Wrong> all;
    for (const std::string value : {"",
                                    "80",
                                    ":",
                                    ":80",
                                    "80:",
                                    ":80:80",
                                    "a:80",
                                    "80:b",
                                    "80:80:80:80",
                                    "80:80/",
                                    "80:80/sctp",
                                    "80:80/udp/udp",
                                    "80 :80",
                                    "+80:80",
                                    "0x50:80",
                                    "8080-8090:80",
                                    "127.0.0.1::80",
                                    "host.example:80:80",
                                    "1.2.3:80:80",
                                    "::1:80:80",
                                    "[::1:80:80",
                                    "[]:80:80",
                                    "[::1]80:80",
                                    "[fe80::1%eth0]:80:80"})
        all.push_back({{"--publish=" + value}, {"--publish", value}});
    expect_refused(all);
}

TEST_F(NetBridgeArguments, PortsOutOfRange) {
    expect_refused({{{"-p", "0:80"}, {"-p", "0:80"}},
                    {{"-p", "80:0"}, {"-p", "80:0"}},
                    {{"-p", "65536:80"}, {"-p", "65536"}},
                    {{"-p", "80:65536"}, {"-p", "65536"}},
                    {{"-p", "-1:80"}, {"-p", "-1"}},
                    {{"-p", "18446744073709551696:80"}, {"-p", "18446744073709551696"}}});
}

TEST_F(NetBridgeArguments, PublishesThatOverlap) {
    expect_refused({{{"-p", "8080:80", "-p", "8080:81"}, {"8080:80", "8080:81", "overlap"}},
                    {{"-p", "8080:80", "-p", "8080:80"}, {"8080", "overlap"}},
                    {{"-p", "8080:80", "-p", "127.0.0.1:8080:81"}, {"8080", "overlap"}},
                    {{"-p", "[::1]:8080:80", "-p", "8080:81"}, {"8080", "overlap"}},
                    {{"-p", "0.0.0.0:8080:80", "-p", "203.0.113.2:8080:80"}, {"overlap"}},
                    {{"-p", "[::]:53:53/udp", "-p", "[2001:db8:113::2]:53:54/udp"}, {"overlap"}}});
    EXPECT_EQ(
        run_bridged(
            {"-p", "8080:80", "-p", "8080:80/udp", "-p", "203.0.113.2:8080:80", "-p", "8081:80"},
            "echo started")
            .out,
        "started\n")
        << "these do not";
}

TEST_F(NetBridgeArguments, NetworksThatAreNone) {
    std::vector<Wrong> all;
    for (const std::string option : {"--subnet", "--net-allow"})
        for (const std::string value : {"",
                                        "ten",
                                        "10.0.0",
                                        "10.0.0.0/",
                                        "10.0.0.0/33",
                                        "10.0.0.0/-1",
                                        "10.0.0.0/8/8",
                                        "10.0.0.256/8",
                                        "fd00::/129",
                                        "fd00:::/8",
                                        "/8",
                                        "10.0.0.0/255.0.0.0"})
            all.push_back({{option + "=" + value}, {option, value}});
    for (const std::string value : {"10.0.0.0/8:0",
                                    "10.0.0.0/8:65536",
                                    "10.0.0.0/8:http",
                                    "10.0.0.0/8:",
                                    "[fd00::/8]:",
                                    "[fd00::/8]:0",
                                    "[fd00::/8",
                                    "[fd00::/8]443",
                                    "10.0.0.0/8:80:81"})
        all.push_back({{"--net-allow=" + value}, {"--net-allow", value}});
    expect_refused(all);
}

TEST_F(NetBridgeArguments, RatesThatAreNone) {
    std::vector<Wrong> all;
    for (const std::string value :
         {"", "fast", "0", "-1mbit", "10", "10mb", "0mbit", "1e99gbit", "mbit"})
        all.push_back({{"--net-rate=" + value}, {"--net-rate", value}});
    expect_refused(all);
    EXPECT_EQ(run_bridged({"--net-rate", "1mbit", "--net-rate", "2mbit"}, "echo started").code,
              125);
}

TEST_F(NetBridgeArguments, SubnetsThatCannotBeUsed) {
    expect_refused({{{"--subnet", "203.0.113.0/24"}, {"203.0.113.0/24", "up0"}},
                    {{"--subnet", "192.168.0.0/16"}, {"192.168.0.0/16", "priv0"}},
                    {{"--subnet", "192.168.77.128/25"}, {"192.168.77.128/25", "priv0"}},
                    {{"--subnet", "127.0.0.0/8"}, {"127.0.0.0/8"}},
                    {{"--subnet", "224.0.0.0/8"}, {"224.0.0.0/8"}},
                    {{"--subnet", "10.9.9.9/32"}, {"10.9.9.9/32"}},
                    {{"--subnet", "fd00:1::/64"}, {"fd00:1::/64"}}});
}

TEST_F(NetBridgeArguments, TheDefaultRangeIsTakenByARouteOfTheHost) {
    ASSERT_EQ(lab().on_host("ip route add 10.44.7.0/24 via 203.0.113.1").code, 0);

    const Outcome outcome = run_bridged({}, "echo started");

    EXPECT_EQ(not_refused(outcome, {"10.44.0.0/16", "10.44.7.0/24", "--subnet"}), "");
    EXPECT_EQ(run_bridged({"--subnet", "10.99.0.0/16"}, "echo started").out, "started\n");
}

TEST_F(NetBridgeArguments, ASmallRangeIsUsedUp) {
    // /29: eight addresses, without the network's, the bridge's and the broadcast.
    std::vector<Box> boxes;
    boxes.reserve(5);
    std::string addresses;
    for (int i = 0; i < 5; ++i) {
        boxes.emplace_back(std::vector<std::string>{"--subnet", "10.99.0.0/29"},
                           std::vector<std::string>{"peer:1000"});
        EXPECT_EQ(addresses.find(boxes.back().ip4() + " "), std::string::npos) << addresses;
        addresses += boxes.back().ip4() + " ";
    }

    EXPECT_EQ(
        not_refused(run_bridged({"--subnet", "10.99.0.0/29"}, "echo started"), {"10.99.0.0/29"}),
        "")
        << addresses;
    EXPECT_EQ(boxes.front().end().code, 128 + 15);
    EXPECT_EQ(run_bridged({"--subnet", "10.99.0.0/29"}, "echo started").out, "started\n")
        << "there is room again";
}

TEST_F(NetBridgeArguments, NoDefaultRoute) {
    ASSERT_EQ(lab().on_host("ip route del default; ip -6 route del default").code, 0);

    EXPECT_EQ(not_refused(run_bridged({}, "echo started"), {"default route"}), "");
}

TEST_F(NetBridgeArguments, AKernelWithoutNfTables) {
    // As such a kernel answers; the first socket is rtnetlink's.
    const Outcome outcome = lab().on_host(
        "exec strace -f -qq -o /dev/null -e inject=socket:error=EPROTONOSUPPORT:when=2+ " +
        binary_path() + " --net bridge --fs system -- echo started");

    EXPECT_EQ(not_refused(outcome, {"nf_tables", "hint: "}), "");
}

TEST_F(NetBridgeArguments, ABridgeWithoutAPortLeft) {
    EXPECT_EQ(run_bridged({}, "true").code, 0);
    const std::string fill = "for i in $(seq 512); do "
                             "echo link add in${i}a group 7 master mbx0 type veth peer in${i}b; "
                             "[ $i = 512 ] || echo link set in${i}b master mbx0; "
                             "done | ip -batch -";
    ASSERT_EQ(lab().on_host(fill).code, 0);

    EXPECT_EQ(not_refused(run_bridged({}, "echo started"), {"mbx0", "1023"}), "");
    ASSERT_EQ(lab().on_host("ip link del group 7").code, 0);
}

TEST_F(NetBridgeArguments, OneFamilyIsEnough) {
    ASSERT_EQ(lab().on_host("ip -6 route del default").code, 0);
    EXPECT_EQ(ask({}, "reach tcp,198.51.100.10,1000"),
              "tcp,198.51.100.10,1000 internet 203.0.113.2\n");
    ASSERT_EQ(
        lab().on_host("ip -6 route add default via 2001:db8:113::1; ip route del default").code, 0);
    EXPECT_EQ(ask({}, "reach tcp,2001:db8:51::10,1000"),
              "tcp,2001:db8:51::10,1000 internet 2001:db8:113::2\n");
}

TEST_F(NetBridgeArguments, AnotherModesOptionNamesTheBridge) {
    for (const char* const mode : {"none", "host"})
        for (const std::vector<std::string>& option :
             {std::vector<std::string>{"--publish", "8080:80"},
              {"-p", "8080:80"},
              {"--subnet", "10.99.0.0/16"},
              {"--net-allow", "10.0.0.0/8"},
              {"--net-rate", "8mbit"}}) {
            std::vector<std::string> arguments = {"--net", mode, "--fs", "system"};
            arguments.insert(arguments.end(), option.begin(), option.end());
            arguments.insert(arguments.end(), {"--", "echo", "started"});
            EXPECT_EQ(not_refused(run(arguments), {"bridge"}), "") << mode << " " << option.front();
        }
}

TEST_F(NetBridgeArguments, PlanPrintsWithoutDoing) {
    const Outcome outcome = run({"plan",
                                 "--net",
                                 "bridge",
                                 "-p",
                                 "8080:80",
                                 "--net-allow",
                                 "10.1.0.0/16:443",
                                 "--",
                                 "true"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_NE(outcome.out.find("net-bridge"), std::string::npos) << outcome.out;
    EXPECT_EQ(lab()
                  .on_host("ip -o link | grep mbx0; nft list tables; "
                           "cat /proc/sys/net/ipv4/ip_forward")
                  .out,
              "0\n");
}

} // namespace microbox::testing
