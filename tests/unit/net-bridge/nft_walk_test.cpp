// SPDX-License-Identifier: MIT
// Which rules a packet meets for certain.
#include "nft_walk.hpp"
#include "rulesets.hpp"

#include <string>

#include <gtest/gtest.h>

namespace microbox::net_bridge {

namespace {

using test::base;
using test::ct;
using test::joined;
using test::match;
using test::meta;
using test::rule;

const std::string accept = R"({"accept": null})";
const std::string drop = R"({"drop": null})";
const std::string iifname = meta("iifname");
const std::string oifname = meta("oifname");
const std::string both = R"({"concat": [)" + iifname + ", " + oifname + "]}";

const Packet out{"mbx0", "up0", false, false, false};
const Packet out6{"mbx0", "up0", true, false, false};
const Packet reply{"up0", "mbx0", false, true, false};
const Packet in{"up0", "mbx0", false, false, true};

bool is_dropped(const std::string& objects, const Packet& packet = out) {
    const auto tables = read_tables(test::table(objects));
    EXPECT_TRUE(tables.ok()) << objects;
    if (!tables.ok() || tables->size() != 1)
        return false;
    return drops(tables->front(), tables->front().chains.at("f"), packet);
}

/// A rule with one condition and an accept, in a chain that drops.
bool meets(const std::string& left,
           const std::string& op,
           const std::string& right,
           const Packet& packet = out) {
    return !is_dropped(base("drop") + ", " + rule("f", match(left, op, right) + ", " + accept),
                       packet);
}

std::string jump(const std::string& target, const std::string& how = "jump") {
    return R"({")" + how + R"(": {"target": ")" + target + R"("}})";
}

std::string vmap(const std::string& key, const std::string& data) {
    return R"({"vmap": {"key": )" + key + R"(, "data": )" + data + "}}";
}

std::string set(const std::string& elements) {
    return R"({"set": [)" + elements + "]}";
}

/// A chain that drops and has one verdict map.
bool is_let_through(const std::string& key, const std::string& data, const Packet& packet = out) {
    return !is_dropped(base("drop") + ", " + rule("f", vmap(key, data)), packet);
}

std::string named(const std::string& kind, const std::string& elements) {
    return R"({")" + kind + R"(": {"family": "inet", "table": "t", "name": "s", "elem": [)" +
           elements + "]}}";
}

std::string many_jumps(unsigned levels, unsigned at_each) {
    std::string objects = base("drop");
    for (unsigned level = 0; level < levels; ++level)
        for (unsigned i = 0; i < at_each; ++i)
            objects += ", " + rule(level == 0 ? "f" : "c" + std::to_string(level),
                                   jump("c" + std::to_string(level + 1)));
    return objects + ", " + rule("c" + std::to_string(levels), R"({"return": null})");
}

} // namespace

TEST(Drops, ByPolicyOnlyWhatNoRuleTakes) {
    EXPECT_TRUE(is_dropped(base("drop")));
    EXPECT_FALSE(is_dropped(base("accept")));
    EXPECT_FALSE(is_dropped(base("drop") + ", " + rule("f", accept)));
    EXPECT_TRUE(is_dropped(base("accept") + ", " + rule("f", drop)));
    EXPECT_TRUE(is_dropped(base("accept") + ", " + rule("f", R"({"reject": null})")));
    EXPECT_FALSE(is_dropped(base("drop") + ", " + rule("f", accept) + ", " + rule("f", drop)));
}

TEST(Drops, InterfacesByNameAndPattern) {
    EXPECT_TRUE(meets(iifname, "==", R"("mbx0")"));
    EXPECT_TRUE(meets(meta("iif"), "==", R"("mbx0")"));
    EXPECT_TRUE(meets(oifname, "==", R"("up0")"));
    EXPECT_TRUE(meets(meta("oif"), "==", R"("up0")"));
    EXPECT_FALSE(meets(oifname, "==", R"("mbx0")"));
    EXPECT_TRUE(meets(iifname, "==", R"("mbx*")"));
    EXPECT_FALSE(meets(iifname, "==", R"("docker*")"));
    EXPECT_FALSE(meets(iifname, "==", R"("mbx\\*")")) << "an asterisk in the name";
    EXPECT_TRUE(meets(iifname, "!=", R"("docker0")"));
    EXPECT_FALSE(meets(iifname, "!=", R"("mbx*")"));
    EXPECT_FALSE(meets(iifname, ">", R"("a")"));
}

TEST(Drops, UplinksThatAreNotKnownMeetNothing) {
    const Packet to_anywhere{"mbx0", "", false, false, false};
    EXPECT_FALSE(meets(oifname, "==", R"("up0")", to_anywhere));
    EXPECT_FALSE(meets(oifname, "!=", R"("up0")", to_anywhere));
}

TEST(Drops, TheStateOfTheConnection) {
    const std::string related = R"(["established", "related"])";
    EXPECT_TRUE(meets(ct("state"), "in", related, reply));
    EXPECT_FALSE(meets(ct("state"), "in", related, out));
    EXPECT_TRUE(meets(ct("state"), "!", related, out));
    EXPECT_TRUE(meets(ct("state"), "in", R"("new")", out));
    EXPECT_TRUE(meets(ct("state"), "==", set(R"("new", "related")"), out));
    EXPECT_FALSE(meets(ct("state"), "!=", set(R"("new", "related")"), out));
    EXPECT_FALSE(meets(ct("state"), "==", R"({"|": ["new", "related"]})"));
    EXPECT_TRUE(meets(ct("direction"), "==", R"("reply")", reply));
    EXPECT_TRUE(meets(ct("direction"), "==", R"("original")", in));
}

TEST(Drops, PublishedPortsByTheirStatus) {
    EXPECT_TRUE(meets(ct("status"), "in", R"("dnat")", in));
    EXPECT_FALSE(meets(ct("status"), "in", R"("dnat")", out));
    EXPECT_TRUE(meets(ct("status"), "!", R"("dnat")", out));
    EXPECT_TRUE(meets(ct("status"), "in", R"(["snat", "dnat"])", in));
    EXPECT_FALSE(meets(ct("status"), "!", R"(["snat", "dnat"])", out)) << "snat is not known";
    const std::string masked = R"({"&": [)" + ct("status") + R"(, "dnat"]})";
    EXPECT_TRUE(meets(masked, "==", R"("dnat")", in));
    EXPECT_TRUE(meets(masked, "!=", R"("dnat")", out));
    EXPECT_FALSE(meets(masked, "==", R"("snat")", in));
    EXPECT_FALSE(meets(R"({"&": [)" + ct("status") + R"(, "snat"]})", "==", R"("dnat")", in));
    EXPECT_FALSE(meets(ct("status"), "==", R"("dnat")", in)) << "there are other bits as well";
}

TEST(Drops, TheFamily) {
    EXPECT_TRUE(meets(meta("nfproto"), "==", R"("ipv4")", out));
    EXPECT_FALSE(meets(meta("nfproto"), "==", R"("ipv4")", out6));
    EXPECT_TRUE(meets(meta("protocol"), "==", R"("ip6")", out6));
    EXPECT_TRUE(meets(meta("l4proto"), "!=", R"("ipv6-icmp")", out));
    EXPECT_FALSE(meets(meta("l4proto"), "!=", R"("ipv6-icmp")", out6));
    EXPECT_FALSE(meets(meta("l4proto"), "==", R"("tcp")", out));
}

TEST(Drops, SetsOfElements) {
    EXPECT_TRUE(meets(iifname, "==", set(R"("docker0", "mbx*")")));
    EXPECT_TRUE(meets(iifname, "!=", set(R"("docker0", "br-*")")));
    EXPECT_TRUE(meets(both, "==", set(R"({"concat": ["a", "b"]}, {"concat": ["mbx0", "up0"]})")));
    EXPECT_FALSE(meets(both, "==", set(R"({"concat": ["mbx0", "b"]})")));
    EXPECT_FALSE(meets(iifname, "!=", set(R"("a", {"prefix": {"addr": "", "len": 8}})")))
        << "nft has lost what it is a prefix of";
    const std::string with_set = base("drop") + ", " +
                                 named("set", R"("lo", {"elem": {"val": "mbx0", "timeout": 9}})") +
                                 ", ";
    EXPECT_FALSE(is_dropped(with_set + rule("f", match(iifname, "==", R"("@s")") + "," + accept)));
    EXPECT_TRUE(is_dropped(with_set + rule("f", match(iifname, "!=", R"("@s")") + "," + accept)));
    EXPECT_TRUE(is_dropped(with_set + rule("f", match(iifname, "!=", R"("@no")") + "," + accept)));
}

TEST(Drops, WhatIsNotKnownIsNobodysObstacleAndNoHelp) {
    const std::string address = match(R"({"payload": {"protocol": "ip", "field": "saddr"}})",
                                      "!=",
                                      R"({"prefix": {"addr": "10.0.0.0", "len": 8}})");
    for (const std::string& condition : {address,
                                         match(meta("mark"), "==", "1"),
                                         std::string(R"({"limit": {"rate": 1, "per": "second"}})"),
                                         std::string(R"({"xt": {"type": "match", "name": "set"}})"),
                                         std::string(R"({"xt": null})"),
                                         std::string(R"({"of the future": {}})")}) {
        EXPECT_TRUE(is_dropped(base("drop") + ", " + rule("f", condition + ", " + accept)))
            << condition;
        EXPECT_FALSE(is_dropped(base("accept") + ", " + rule("f", condition + ", " + drop)))
            << condition;
    }
    EXPECT_FALSE(is_dropped(base("drop") + ", " + rule("f", R"({"queue": {"num": 1}})")));
}

TEST(Drops, WhatIsDoneBesideMakesNoDifference) {
    for (const std::string beside :
         {R"({"counter": {"packets": 0, "bytes": 0}})",
          R"({"log": {"prefix": "x"}})",
          R"({"mangle": {"key": {"meta": {"key": "mark"}}, "value": 1}})",
          R"({"xt": {"type": "match", "name": "comment"}})",
          R"({"xt": {"type": "target", "name": "LOG"}})"})
        EXPECT_TRUE(is_dropped(base("accept") + ", " + rule("f", beside + ", " + drop))) << beside;
}

TEST(Drops, WhatIptablesRejects) {
    const std::string reject = R"({"xt": {"type": "target", "name": "REJECT"}})";
    EXPECT_TRUE(is_dropped(base("accept") + ", " + rule("f", reject)));
}

TEST(Drops, RepliesThatIptablesMatchOnTheStateMayMeanAreLetThrough) {
    const std::string state = R"({"xt": {"type": "match", "name": "conntrack"}})";
    const std::string accepts = base("drop") + ", " + rule("f", state + ", " + accept);
    EXPECT_FALSE(is_dropped(accepts, reply));
    EXPECT_TRUE(is_dropped(accepts, out));
    EXPECT_TRUE(is_dropped(accepts, in));
    EXPECT_FALSE(is_dropped(base("accept") + ", " + rule("f", state + ", " + drop), reply));
    const std::string others = match(oifname, "==", R"("docker0")") + ", " + state + ", " + accept;
    EXPECT_TRUE(is_dropped(base("drop") + ", " + rule("f", others), reply));
}

TEST(Drops, VerdictMaps) {
    const std::string states = set(R"(["established", )" + accept + R"(], ["invalid", )" + drop +
                                   R"(], ["new", )" + jump("c") + "]");
    EXPECT_TRUE(is_let_through(ct("state"), states, reply));
    EXPECT_TRUE(is_dropped(joined({base("accept"),
                                   rule("f", vmap(ct("state"), states)),
                                   rule("c", match(iifname, "==", R"("mbx0")") + ", " + drop)})));
    EXPECT_TRUE(is_let_through(both, set(R"([{"concat": ["mbx0", "up0"]}, )" + accept + "]")));
    EXPECT_TRUE(is_let_through(iifname, set(R"(["lo", )" + drop + R"(], ["*", )" + accept + "]")));
    EXPECT_FALSE(
        is_let_through(iifname, set(R"(["*", )" + accept + R"(], ["mbx0", )" + drop + "]")))
        << "the others, wherever it stands";
    EXPECT_FALSE(
        is_let_through(meta("mark"), set("[1, " + accept + R"(], ["*", )" + accept + "]")));
    const std::string map = named("map", R"([{"elem": {"val": "mbx0"}}, )" + accept + "]");
    EXPECT_FALSE(is_dropped(joined({base("drop"), map, rule("f", vmap(iifname, R"("@s")"))})));
    EXPECT_TRUE(is_dropped(joined({base("drop"), map, rule("f", vmap(oifname, R"("@s")"))})));
}

TEST(Drops, JumpsComeBackAndGotosDoNot) {
    const std::string leave = rule("c", R"({"return": null})") + ", " + rule("c", drop);
    EXPECT_FALSE(
        is_dropped(joined({base("drop"), rule("f", jump("c")), leave, rule("f", accept)})));
    EXPECT_TRUE(
        is_dropped(joined({base("drop"), rule("f", jump("c", "goto")), leave, rule("f", accept)})))
        << "the policy";
    // f jumps to c, which goes to d, which ends: in f behind the jump.
    const std::string through = joined({rule("c", jump("d", "goto")),
                                        rule("c", drop),
                                        rule("d", match(iifname, "==", R"("lo")") + "," + drop)});
    EXPECT_FALSE(
        is_dropped(joined({base("drop"), rule("f", jump("c")), through, rule("f", accept)})));
    EXPECT_TRUE(is_dropped(joined({base("accept"), rule("f", jump("c")), rule("c", drop)})));
    EXPECT_TRUE(
        is_dropped(joined({base("drop"), rule("f", R"({"return": null})"), rule("f", accept)})));
}

TEST(Drops, NothingThatGoesRoundOrIsEndless) {
    EXPECT_FALSE(is_dropped(joined({base("drop"), rule("f", jump("c")), rule("c", jump("c"))})));
    EXPECT_FALSE(is_dropped(joined({base("drop"), rule("f", jump("nowhere"))})));
    EXPECT_TRUE(is_dropped(many_jumps(15, 1)));
    EXPECT_FALSE(is_dropped(many_jumps(15, 8))) << "not within a lifetime";
}

} // namespace microbox::net_bridge
