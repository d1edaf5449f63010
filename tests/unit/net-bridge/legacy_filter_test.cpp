// SPDX-License-Identifier: MIT
// iptables-legacy: judged on tables as the kernel gives them, and read from a kernel that has them.
#include "legacy_filter.hpp"
#include "legacy_tables.hpp"

#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include <sched.h>

namespace microbox::net_bridge {

namespace {

using test::LegacyBuilder;

const Traffic traffic{"mbx0", {"up0"}};
constexpr int accept = -NF_ACCEPT - 1;
constexpr int drop = -NF_DROP - 1;
constexpr int queue = -NF_QUEUE - 1;

/// In either family, which have to agree.
bool is_obstacle(const std::function<void(LegacyBuilder&)>& rules, int policy = drop) {
    bool found[2] = {};
    for (const bool ip6 : {false, true}) {
        LegacyBuilder builder(ip6);
        rules(builder);
        const auto obstacle = find_obstacle(builder.with_policy(policy), traffic);
        EXPECT_TRUE(obstacle.ok()) << ip6;
        found[ip6 ? 1 : 0] = obstacle.ok() && obstacle->has_value();
    }
    EXPECT_EQ(found[0], found[1]);
    return found[0];
}

void nothing(LegacyBuilder&) {}

/// "-i mbx0 -j ACCEPT" and "-o mbx0 -j ACCEPT".
void remedy(LegacyBuilder& table) {
    table.rule({.in = "mbx0", .verdict = accept});
    table.rule({.out = "mbx0", .verdict = accept});
}

std::string contents(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

TEST(FindObstacle, IsThePolicy) {
    EXPECT_TRUE(is_obstacle(nothing));
    EXPECT_FALSE(is_obstacle(nothing, accept));
    EXPECT_FALSE(is_obstacle(nothing, queue));
    EXPECT_FALSE(is_obstacle(remedy));
}

TEST(FindObstacle, SaysWhatToDo) {
    const auto four = find_obstacle(LegacyBuilder(false).with_policy(drop), traffic);
    ASSERT_TRUE(four.ok() && four->has_value());
    EXPECT_EQ((*four)->where, "iptables-legacy filter FORWARD");
    EXPECT_EQ((*four)->remedy,
              "iptables-legacy -I FORWARD -i mbx0 -j ACCEPT && "
              "iptables-legacy -I FORWARD -o mbx0 -j ACCEPT");
    const auto six = find_obstacle(LegacyBuilder(true).with_policy(drop), traffic);
    ASSERT_TRUE(six.ok() && six->has_value());
    EXPECT_EQ((*six)->where, "ip6tables-legacy filter FORWARD");
    EXPECT_EQ((*six)->remedy.find("ip6tables-legacy -I FORWARD -i mbx0"), 0U);
}

TEST(FindObstacle, IsTheLastRuleAsWell) {
    EXPECT_TRUE(is_obstacle([](auto& table) { table.rule({.target = "REJECT"}); }, accept));
    EXPECT_TRUE(is_obstacle([](auto& table) { table.rule({.verdict = drop}); }, accept));
    EXPECT_FALSE(is_obstacle([](auto& table) { table.rule({.target = "NFQUEUE"}); }, drop));
    EXPECT_TRUE(is_obstacle([](auto& table) { table.rule({.target = "LOG"}); }, drop));
    EXPECT_TRUE(is_obstacle([](auto& table) { table.rule({}); }, drop)) << "no target";
}

TEST(FindObstacle, MeetsInterfacesAsTheKernelDoes) {
    const auto drops = [](const test::LegacyLine& line) {
        return is_obstacle([&](auto& table) { table.rule(line); }, accept);
    };
    EXPECT_TRUE(drops({.in = "mbx+", .verdict = drop}));
    EXPECT_FALSE(drops({.in = "docker+", .verdict = drop}));
    EXPECT_FALSE(drops({.in = "mbx", .verdict = drop}));
    EXPECT_TRUE(drops({.in = "!docker0", .verdict = drop}));
    EXPECT_FALSE(drops({.in = "!mbx0", .out = "!mbx0", .verdict = drop}));
    EXPECT_TRUE(drops({.in = "mbx0", .out = "up0", .verdict = drop}));
}

TEST(FindObstacle, IsNoneThatDependsOnAnUplinkThatIsNotKnown) {
    for (const std::string uplink : {"up0", "!up0"}) {
        LegacyBuilder builder(false);
        builder.rule({.in = "mbx0", .out = uplink, .verdict = drop});
        const auto obstacle = find_obstacle(builder.with_policy(accept), {"mbx0", {}});
        EXPECT_TRUE(obstacle.ok() && !obstacle->has_value()) << uplink;
    }
}

TEST(FindObstacle, IsNoneOfAFamilyThatIsNotUsed) {
    for (const bool ip6 : {false, true}) {
        Traffic other = traffic;
        (ip6 ? other.ip6 : other.ip4) = false;
        const auto obstacle = find_obstacle(LegacyBuilder(ip6).with_policy(drop), other);
        EXPECT_TRUE(obstacle.ok() && !obstacle->has_value()) << ip6;
    }
}

TEST(FindObstacle, IsNoneThatDependsOnMore) {
    for (const std::string match : {"limit", "set", "tcp"}) {
        EXPECT_TRUE(is_obstacle(
            [&](auto& table) { table.rule({.matches = {match}, .verdict = accept}); }, drop));
        EXPECT_FALSE(is_obstacle(
            [&](auto& table) { table.rule({.matches = {match}, .verdict = drop}); }, accept));
    }
    const auto on_tcp = [](int verdict) {
        return [=](LegacyBuilder& table) { table.rule({.protocol = 6, .verdict = verdict}); };
    };
    EXPECT_TRUE(is_obstacle(on_tcp(accept), drop));
    EXPECT_FALSE(is_obstacle(on_tcp(drop), accept));
    const auto from_one = [](int verdict) {
        return [=](LegacyBuilder& table) { table.rule({.address = true, .verdict = verdict}); };
    };
    EXPECT_TRUE(is_obstacle(from_one(accept), drop));
    EXPECT_FALSE(is_obstacle(from_one(drop), accept));
    EXPECT_TRUE(is_obstacle(
        [](auto& table) {
            table.rule({.matches = {"comment", "comment"}, .verdict = drop});
        },
        accept));
}

TEST(FindObstacle, LetsRepliesPassWhereTheStateIsAskedFor) {
    const auto ways = [](const std::string& match) {
        return [=](LegacyBuilder& table) {
            table.rule({.matches = {match}, .verdict = accept});
            table.rule({.in = "mbx0", .verdict = accept});
        };
    };
    Traffic out_only = traffic;
    out_only.published = false;
    for (const std::string match : {"conntrack", "state", "limit"}) {
        LegacyBuilder builder(false);
        ways(match)(builder);
        const auto obstacle = find_obstacle(builder.with_policy(drop), out_only);
        ASSERT_TRUE(obstacle.ok());
        EXPECT_EQ(obstacle->has_value(), match == "limit") << match;
    }
    EXPECT_TRUE(is_obstacle(ways("conntrack"))) << "connections from outside";
    EXPECT_FALSE(is_obstacle(
        [](auto& table) { table.rule({.matches = {"state"}, .verdict = drop}); }, accept));
}

TEST(FindObstacle, FollowsJumps) {
    const auto calling = [](bool go_to, int in_chain) {
        return [=](LegacyBuilder& table) {
            table.rule({.call = "chain", .go_to = go_to});
            table.rule({.verdict = accept});
            table.chain("chain");
            table.rule({.in = "lo", .verdict = drop});
            table.rule({.verdict = in_chain});
        };
    };
    EXPECT_TRUE(is_obstacle(calling(false, drop), accept));
    EXPECT_FALSE(is_obstacle(calling(false, XT_RETURN), drop)) << "on behind the jump";
    EXPECT_TRUE(is_obstacle(calling(true, XT_RETURN), drop)) << "to the policy";
    EXPECT_FALSE(is_obstacle(calling(true, XT_RETURN), accept));
}

TEST(FindObstacle, GoesPastRulesThatOnlyCountOnce) {
    EXPECT_TRUE(is_obstacle([](auto& table) {
        table.rule({.call = "chain"});
        table.chain("chain");
        for (int i = 0; i < 40; ++i)
            table.rule({});
    }));
}

TEST(FindObstacle, RefusesWhatIsNoTable) {
    LegacyBuilder builder(false);
    builder.rule({.matches = {"tcp"}, .verdict = accept});
    const LegacyTable table = builder.with_policy(drop);
    for (const std::size_t cut : {1, 50, 111, 130, 151}) {
        LegacyTable part = table;
        part.entries = table.entries.substr(0, table.entries.size() - cut);
        EXPECT_FALSE(find_obstacle(part, traffic).ok()) << cut;
    }
    LegacyTable noise = table;
    noise.entries = std::string(table.entries.data(), table.entries.size());
    for (char& byte : noise.entries) {
        const char right = byte;
        for (const char wrong : {'\0', '\1', '\x7f', '\xff'}) {
            byte = wrong;
            static_cast<void>(find_obstacle(noise, traffic).ok()); // for the sanitizers to see
        }
        byte = right;
    }
    LegacyTable nowhere = table;
    nowhere.forward = 4;
    const auto obstacle = find_obstacle(nowhere, traffic);
    EXPECT_TRUE(obstacle.ok() && !obstacle->has_value());
}

TEST(FindObstacle, DoesNotGoRound) {
    const LegacyTable table =
        LegacyBuilder(false).with_policy(0); // to the first entry, which it is
    const auto obstacle = find_obstacle(table, traffic);
    EXPECT_TRUE(obstacle.ok() && !obstacle->has_value());
}

TEST(FindObstacle, EndsWhereChainsCallEachOtherForEver) {
    LegacyBuilder builder(false);
    test::LegacyLine call;
    call.call = "again";
    builder.rule(call);
    builder.chain("again");
    builder.rule(call);
    const LegacyTable table = builder.with_policy(-NF_DROP - 1);
    // The kernel has no such table. Without a bound on all ways together this would take hours.
    for (int i = 0; i < 1000; ++i)
        EXPECT_TRUE(find_obstacle(table, traffic).ok());
}

/// In a network namespace of the test's own, in which no table is yet.
class ReadLegacyTable : public ::testing::Test {
protected:
    void SetUp() override {
        if (::unshare(CLONE_NEWNET) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
            GTEST_SKIP() << "needs a network namespace of its own";
    }
};

TEST_F(ReadLegacyTable, MakesNone) {
    for (const bool ip6 : {false, true}) {
        const auto table = read_legacy_table(ip6);
        ASSERT_TRUE(table.ok());
        EXPECT_FALSE(table->has_value());
    }
    EXPECT_EQ(contents("/proc/thread-self/net/ip_tables_names"), "");
    EXPECT_EQ(contents("/proc/thread-self/net/ip6_tables_names"), "");
    const auto obstacles = find_legacy_obstacles(traffic);
    EXPECT_TRUE(obstacles.ok() && obstacles->empty());
}

TEST_F(ReadLegacyTable, GivesWhatTheKernelHas) {
    if (!test::load_drop_policy())
        GTEST_SKIP() << "the kernel has no iptables-legacy";
    const auto obstacles = find_legacy_obstacles(traffic);
    ASSERT_TRUE(obstacles.ok()) << obstacles.error().what;
    ASSERT_EQ(obstacles->size(), 1U) << "of IPv4 alone";
    EXPECT_EQ(obstacles->front().where, "iptables-legacy filter FORWARD");
    Traffic only_six = traffic;
    only_six.ip4 = false;
    const auto none = find_legacy_obstacles(only_six);
    EXPECT_TRUE(none.ok() && none->empty());
}

} // namespace microbox::net_bridge
