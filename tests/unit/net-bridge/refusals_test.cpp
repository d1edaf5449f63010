// SPDX-License-Identifier: MIT
// Counters of the walls: whose, and read from what nft prints.
#include "refusals.hpp"

#include <gtest/gtest.h>

namespace microbox::net_bridge {

TEST(Refusals, AreTheSumOfACountersPackets) {
    EXPECT_EQ(packets_in(R"({"nftables": [{"metainfo": {"version": "1.0.6"}}, {"set": {
                  "name": "refused4", "table": "microbox",
                  "elem": [{"elem": {"val": "10.44.0.5", "counter": {"packets": 7, "bytes": 420}}}]
              }}]})"),
              7U);
    EXPECT_EQ(
        packets_in("table inet microbox {\n\tset refused4 {\n\t\ttype ipv4_addr\n\t\tcounter\n"
                   "\t\telements = { 10.44.0.5 counter packets 12 bytes 84 }\n\t}\n}\n"),
        12U);
    EXPECT_EQ(packets_in(R"({"nftables": []})"), 0U);
    EXPECT_EQ(packets_in("packets"), 0U);
    EXPECT_EQ(packets_in(R"({"packets": -1})"), 0U);
    EXPECT_EQ(packets_in(""), 0U);
}

TEST(Refusals, AreCountedOfRunsThatAskForIt) {
    Member member;
    member.link = "mbxv0";
    member.ip4 = ipv4(0x0a2c0005);
    Settings settings;
    const std::string element = "inet microbox refused4 { 10.44.0.5 }";
    const auto has_it = [&] {
        for (const std::string& one : elements_of(member, settings))
            if (one == element)
                return true;
        return false;
    };

    EXPECT_FALSE(has_it());
    settings.explains = true;
    EXPECT_TRUE(has_it());
}

} // namespace microbox::net_bridge
