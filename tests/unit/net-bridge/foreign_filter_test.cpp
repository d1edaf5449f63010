// SPDX-License-Identifier: MIT
// Whose rules are in the way, and what is said about it: on rulesets that their programs have made.
#include "foreign_filter.hpp"
#include "rulesets.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace microbox::net_bridge {

namespace {

using test::recorded;

Traffic traffic(std::vector<std::string> uplinks = {"up0"}) {
    return {"mbx0", std::move(uplinks)};
}

std::vector<Obstacle> obstacles(const std::string& json, const Traffic& traffic) {
    const auto found = find_obstacles(json, traffic);
    EXPECT_TRUE(found.ok());
    return found.ok() ? *found : std::vector<Obstacle>{};
}

/// Where they are, in one line.
std::string where(const std::string& json, const Traffic& traffic = net_bridge::traffic()) {
    std::string text;
    for (const Obstacle& obstacle : obstacles(json, traffic))
        text += (text.empty() ? "" : ", ") + obstacle.where;
    return text;
}

std::string hint(const std::string& json, const Traffic& traffic = net_bridge::traffic()) {
    return to_error(obstacles(json, traffic)).hint;
}

/// The name of a table instead of "filter".
std::string renamed(std::string json, const std::string& name) {
    for (std::size_t at = 0; (at = json.find("\"filter\"", at)) != std::string::npos;)
        if (json.compare(at - 8, 8, "\"type\": ") == 0)
            ++at;
        else
            json.replace(at, 8, "\"" + name + "\"");
    return json;
}

std::string replaced(std::string json, const std::string& from, const std::string& to) {
    const std::size_t at = json.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? json : json.replace(at, from.size(), to);
}

const std::string docker_remedy = "nft insert rule ip filter DOCKER-USER iifname mbx0 accept && "
                                  "nft insert rule ip filter DOCKER-USER oifname mbx0 accept";
const std::string docker6_remedy = "nft insert rule ip6 filter DOCKER-USER iifname mbx0 accept && "
                                   "nft insert rule ip6 filter DOCKER-USER oifname mbx0 accept";
const std::string ufw_remedy = "ufw route allow in on mbx0 && ufw route allow out on mbx0";

} // namespace

TEST(FindObstacles, OfDocker) {
    EXPECT_EQ(where(recorded("docker-before")), "ip filter FORWARD, ip6 filter FORWARD");
    EXPECT_EQ(hint(recorded("docker-before")), "run: " + docker_remedy + " && " + docker6_remedy);
    EXPECT_EQ(where(recorded("docker-after")), "");
}

TEST(FindObstacles, InFamiliesThatAreNotUsedAreNone) {
    Traffic only = traffic();
    only.ip6 = false;
    EXPECT_EQ(hint(recorded("docker-before"), only), "run: " + docker_remedy);
    only = traffic();
    only.ip4 = false;
    EXPECT_EQ(hint(recorded("docker-before"), only), "run: " + docker6_remedy);
    only.ip6 = false;
    EXPECT_EQ(where(recorded("docker-before"), only), "");
}

TEST(FindObstacles, OfUfw) {
    EXPECT_EQ(where(recorded("ufw-before")), "ip filter FORWARD, ip6 filter FORWARD");
    EXPECT_EQ(hint(recorded("ufw-before")), "run: " + ufw_remedy);
    EXPECT_EQ(where(recorded("ufw-after")), "");
}

TEST(FindObstacles, OfFirewalld) {
    EXPECT_EQ(where(recorded("firewalld-before"), traffic({"up1"})),
              "inet firewalld filter_FORWARD");
    EXPECT_EQ(hint(recorded("firewalld-before"), traffic({"up1"})),
              "run: firewall-cmd --permanent --zone=trusted --change-interface=mbx0 && "
              "firewall-cmd --zone=trusted --change-interface=mbx0");
    EXPECT_EQ(where(recorded("firewalld-after"), traffic({"up1"})), "");
}

TEST(FindObstacles, BetweenInterfacesOfOneZoneAreNone) {
    EXPECT_EQ(where(recorded("firewalld-before"), traffic({"up0"})), "");
    EXPECT_NE(where(recorded("firewalld-before"), traffic({"up0", "up1"})), "") << "one of the two";
    EXPECT_NE(where(recorded("firewalld-before"), traffic({})), "") << "not known which";
}

TEST(FindObstacles, OfTheLab) {
    for (const std::string name : {"docker", "ufw", "firewalld", "corporate"}) {
        EXPECT_NE(where(recorded("lab-" + name + "-before")), "") << name;
        EXPECT_EQ(where(recorded("lab-" + name + "-after")), "") << name;
    }
}

TEST(FindObstacles, OfSomebodyElseAreRemediedInTheBaseChain) {
    EXPECT_EQ(where(recorded("lab-corporate-before")), "inet corporate forwarding");
    EXPECT_EQ(hint(recorded("lab-corporate-before")),
              "run: nft insert rule inet corporate forwarding iifname mbx0 accept && "
              "nft insert rule inet corporate forwarding oifname mbx0 accept");
}

TEST(FindObstacles, AreNotRemediedWhereNobodyComesBy) {
    const std::string unused =
        replaced(recorded("lab-docker-before"),
                 R"({"counter": {"packets": 0, "bytes": 0}}, {"jump": {"target": "DOCKER-USER"}})",
                 R"({"drop": null})");
    EXPECT_NE(hint(unused).find("nft insert rule ip filter FORWARD iifname mbx0 accept && "),
              std::string::npos)
        << hint(unused);
}

TEST(FindObstacles, AreNotUfwsWhenOnlyItsChainsAreLeft) {
    const std::string left =
        test::table(test::joined({test::base("drop"),
                                  R"({"chain": {"family": "inet", "table": "t", )"
                                  R"("name": "ufw-before-forward"}})"}));
    EXPECT_EQ(hint(left),
              "run: nft insert rule inet t f iifname mbx0 accept && "
              "nft insert rule inet t f oifname mbx0 accept");
}

TEST(FindObstacles, OfTwoOwnersAreAllNamed) {
    const std::string docker = recorded("lab-docker-before");
    const std::string corporate = recorded("lab-corporate-before");
    EXPECT_EQ(where(docker.substr(0, docker.rfind(']')) + "," +
                    corporate.substr(corporate.find('[') + 1)),
              "inet corporate forwarding, ip filter FORWARD, ip6 filter FORWARD")
        << "in the order of their priorities";
}

TEST(FindObstacles, OfOursAreNone) {
    EXPECT_EQ(where(renamed(recorded("docker-before"), "microbox")), "");
    EXPECT_NE(where(renamed(recorded("docker-before"), "microbox2")), "");
}

TEST(FindObstacles, OfDormantTablesAreNone) {
    const std::string start = R"({"table": {"family": "inet", "name": "corporate")";
    for (const std::string flags : {R"("dormant")", R"(["owner", "dormant"])"})
        EXPECT_EQ(where(replaced(
                      recorded("lab-corporate-before"), start, start + R"(, "flags": )" + flags)),
                  "")
            << flags;
    EXPECT_NE(
        where(replaced(recorded("lab-corporate-before"), start, start + R"(, "flags": ["owner"])")),
        "");
}

TEST(FindObstacles, OfOtherHooksAndFamiliesAreNone) {
    EXPECT_EQ(where(test::table(test::base("drop", "input"))), "");
    EXPECT_NE(where(test::table(test::base("drop", "forward"))), "");
    EXPECT_EQ(where(replaced(test::table(test::base("drop")),
                             R"("chain": {"family": "inet")",
                             R"("chain": {"family": "bridge")")),
              "");
}

TEST(FindObstacles, NeedsWhatNftPrints) {
    for (const std::string wrong :
         {"", "{", "[]", "7", "null", R"({"nftables": {}})", R"({"nftables": "x"})", "\xff"})
        EXPECT_FALSE(find_obstacles(wrong, traffic()).ok()) << wrong;
    const std::string whole = recorded("docker-before");
    EXPECT_FALSE(find_obstacles(whole.substr(0, whole.size() / 2), traffic()).ok());
}

TEST(FindObstacles, TakesAnyJson) {
    for (const std::string odd :
         {"7",
          "null",
          "[]",
          R"({"rule": 7})",
          R"({"rule": {"family": 7, "table": [], "chain": {}, "expr": "x"}})",
          R"({"rule": {"family": "ip", "table": "t", "chain": "c", "expr": [7, null, [], {}]}})",
          R"({"chain": {"family": "ip", "table": "t", "name": "c", "prio": "x", "hook": []}})",
          R"({"table": {"family": "ip", "name": "t", "flags": 7}})",
          R"({"set": {"family": "ip", "table": "t", "name": "s", "elem": {"a": 1}}})",
          R"({"map": {"family": "ip", "table": "t", "name": "s", "elem": [[], [1], [1, 2], 3]}})"})
        EXPECT_EQ(where(R"({"nftables": [)" + odd + "]}"), "") << odd;
}

TEST(ToError, NamesEachOwnersRemedyOnce) {
    const sdk::Error error = to_error({{"ip filter FORWARD", "one"},
                                       {"inet corporate forwarding", "two"},
                                       {"ip6 filter FORWARD", "one"}});
    EXPECT_EQ(error.what,
              "net-bridge: forwarded packets are dropped by ip filter FORWARD, "
              "inet corporate forwarding, ip6 filter FORWARD");
    EXPECT_EQ(error.hint, "run: one && two");
}

TEST(ForeignForwardTables, AreThoseWithABaseChainThere) {
    const auto tables = foreign_forward_tables(recorded("docker-chains"));
    ASSERT_TRUE(tables.ok());
    EXPECT_EQ(*tables, (std::vector<std::string>{"ip filter", "ip6 filter"}));
    const auto none = foreign_forward_tables(renamed(recorded("docker-chains"), "microbox"));
    ASSERT_TRUE(none.ok());
    EXPECT_TRUE(none->empty());
}

TEST(HasForeignForward, IsTrueWhenInDoubt) {
    EXPECT_TRUE(has_foreign_forward(recorded("docker-chains")));
    EXPECT_FALSE(has_foreign_forward(renamed(recorded("docker-chains"), "microbox")));
    EXPECT_FALSE(has_foreign_forward(R"({"nftables": [{"metainfo": {}}]})"));
    EXPECT_FALSE(has_foreign_forward(test::table(test::base("drop", "input"))));
    EXPECT_TRUE(has_foreign_forward("{"));
}

} // namespace microbox::net_bridge
