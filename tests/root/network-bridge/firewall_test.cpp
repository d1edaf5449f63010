// SPDX-License-Identifier: MIT
// Hosts on which others filter what is forwarded: the start is refused with the remedy, doctor says
// the same, and after the remedy it works.
#include "tests/root/network-bridge/bridged.hpp"

#include <regex>
#include <string>
#include <vector>

namespace microbox::testing {

namespace {

// As Docker has them, over nftables' tables of iptables.
constexpr const char* docker = R"(
table ip filter {
    chain DOCKER-USER { counter return; }
    chain DOCKER-FORWARD { oifname "docker0" accept; iifname "docker0" accept; }
    chain FORWARD {
        type filter hook forward priority 0; policy drop;
        counter jump DOCKER-USER
        counter jump DOCKER-FORWARD
    }
}
table ip6 filter {
    chain DOCKER-USER { counter return; }
    chain FORWARD { type filter hook forward priority 0; policy drop; counter jump DOCKER-USER; }
}
)";

constexpr const char* ufw = R"(
table ip filter {
    chain ufw-before-forward { ct state related,established accept; }
    chain ufw-user-forward { }
    chain ufw-reject-forward { reject; }
    chain FORWARD {
        type filter hook forward priority 0; policy drop;
        jump ufw-before-forward
        jump ufw-user-forward
        jump ufw-reject-forward
    }
}
table ip6 filter {
    chain ufw6-before-forward { ct state related,established accept; }
    chain ufw6-user-forward { }
    chain FORWARD {
        type filter hook forward priority 0; policy drop;
        jump ufw6-before-forward
        jump ufw6-user-forward
    }
}
)";

constexpr const char* firewalld = R"(
table inet firewalld {
    chain filter_FORWARD_ZONES { iifname "up0" goto filter_FWD_public; goto filter_FWD_public; }
    chain filter_FWD_public { reject with icmpx type admin-prohibited; }
    chain filter_FORWARD {
        type filter hook forward priority 10; policy accept;
        ct state { established, related } accept
        ct status dnat accept
        iifname "lo" accept
        jump filter_FORWARD_ZONES
        ct state invalid drop
        reject with icmpx type admin-prohibited
    }
}
)";

constexpr const char* own_drop = R"(
table inet corporate { chain forwarding { type filter hook forward priority -5; policy drop; }; }
)";

class NetBridgeFirewall : public Bridged {
protected:
    void load(const std::string& rules) {
        const ScratchDirectory folder;
        const Outcome outcome = lab().on_host("nft -f " + folder.file("rules", rules));
        ASSERT_EQ(outcome.code, 0) << outcome.describe();
    }

    static std::string doctor() {
        const Outcome outcome = run({"doctor"});
        return outcome.out + outcome.err;
    }

    /// The commands of nft that a text has, each to its end: a ';', an "and" or the line's end.
    static std::vector<std::string> commands_in(const std::string& text) {
        std::vector<std::string> commands;
        const std::regex command("nft (insert|add) rule [^;&\\n]*");
        for (std::sregex_iterator it(text.begin(), text.end(), command), end; it != end; ++it)
            commands.push_back(it->str());
        return commands;
    }

    void expect_refused_until_remedied(const std::string& table) {
        const Outcome refused = run_bridged({}, "echo started");
        EXPECT_EQ(not_refused(refused, {table, "hint: "}), "");
        EXPECT_EQ(lab().on_host("cat /proc/sys/net/ipv4/ip_forward; ip -o link | grep mbx0").out,
                  "0\n")
            << "a refused start changes nothing";
        EXPECT_NE(doctor().find(table), std::string::npos) << doctor();
        const std::vector<std::string> commands = commands_in(refused.err);
        EXPECT_FALSE(commands.empty()) << refused.describe();
        for (const std::string& command : commands) {
            EXPECT_NE(doctor().find(command), std::string::npos) << command << "\n" << doctor();
            const Outcome outcome = lab().on_host(command);
            EXPECT_EQ(outcome.code, 0) << command << outcome.describe();
        }
        EXPECT_EQ(doctor().find(table), std::string::npos) << doctor();
        expect_works();
    }

    void expect_works() {
        Box box({"-p", "203.0.113.2:8080:1000"}, {"peer:1000"});
        EXPECT_EQ(
            answered(from(box.inside(), "reach tcp,198.51.100.10,1000 tcp,2001:db8:51::10,1000")),
            "tcp,198.51.100.10,1000 internet 203.0.113.2\n"
            "tcp,2001:db8:51::10,1000 internet 2001:db8:113::2\n");
        EXPECT_NE(answered(from(lab().internet(), "reach tcp,203.0.113.2,8080")), "");
    }
};

} // namespace

TEST_F(NetBridgeFirewall, OfDocker) {
    load(docker);

    expect_refused_until_remedied("DOCKER-USER");
}

TEST_F(NetBridgeFirewall, OfUfw) {
    load(ufw);

    EXPECT_NE(run_bridged({}, "true").err.find("ufw route allow in on mbx0"), std::string::npos);
    EXPECT_NE(doctor().find("ufw route allow in on mbx0"), std::string::npos);
    // What the two commands of ufw come to.
    ASSERT_EQ(lab()
                  .on_host("nft add rule ip filter ufw-user-forward iifname mbx0 accept; "
                           "nft add rule ip filter ufw-user-forward oifname mbx0 accept; "
                           "nft add rule ip6 filter ufw6-user-forward iifname mbx0 accept; "
                           "nft add rule ip6 filter ufw6-user-forward oifname mbx0 accept")
                  .code,
              0);
    expect_works();
}

TEST_F(NetBridgeFirewall, OfFirewalld) {
    load(firewalld);

    EXPECT_NE(run_bridged({}, "true").err.find("firewall-cmd"), std::string::npos);
    EXPECT_NE(doctor().find("firewall-cmd"), std::string::npos);
    // What --zone=trusted --add-interface=mbx0 comes to.
    ASSERT_EQ(lab()
                  .on_host("nft add chain inet firewalld filter_FWD_trusted '{ accept; }'; "
                           "nft insert rule inet firewalld filter_FORWARD_ZONES iifname mbx0 "
                           "goto filter_FWD_trusted")
                  .code,
              0);
    expect_works();
}

TEST_F(NetBridgeFirewall, OfSomebodyElse) {
    load(own_drop);

    expect_refused_until_remedied("corporate");
}

TEST_F(NetBridgeFirewall, ThatLetsThroughIsNone) {
    load("table ip filter { chain FORWARD { type filter hook forward priority 0; policy accept; "
         "ip daddr 192.0.2.1 drop; }; }");
    expect_works();
    load(
        "table inet other { chain input { type filter hook input priority 0; policy drop; "
        "iifname lo accept; ct state established,related accept; meta l4proto ipv6-icmp accept; }; "
        "}");
    EXPECT_EQ(ask({}, "reach tcp,198.51.100.10,1000"),
              "tcp,198.51.100.10,1000 internet 203.0.113.2\n")
        << "what is for the host itself is nothing to a sandbox";
}

} // namespace microbox::testing
