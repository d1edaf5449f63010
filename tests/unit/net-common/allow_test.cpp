// SPDX-License-Identifier: MIT
// --net-allow: its grammar, and that nothing in the set holds another.
#include "allow.hpp"
#include "tests/unit/net-common/asked.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace microbox::net {

namespace {

using test::asked;
using test::Chance;
using test::says;

std::string shown(const std::vector<Allow>& all) {
    std::string text;
    for (const Allow& allow : all)
        text += (text.empty() ? "" : " ") + to_text(allow.network) +
                (allow.port == 0 ? "" : " port " + std::to_string(allow.port));
    return text;
}

std::string read(const std::vector<std::string>& values) {
    const auto all = read_allows(asked("net-allow", values));
    return all.ok() ? shown(*all) : all.error().what;
}

/// Whether the set lets this through.
bool opens(const std::vector<Allow>& all, const Address& address, std::uint16_t port) {
    for (const Allow& allow : all)
        if (allow.network.contains(address) && (allow.port == 0 || allow.port == port))
            return true;
    return false;
}

void expect_none_holds_another(const std::vector<Allow>& all) {
    for (const Allow& a : all)
        for (const Allow& b : all)
            EXPECT_TRUE(&a == &b || a.port != b.port || !a.network.overlaps(b.network))
                << shown(all);
}

} // namespace

TEST(ReadAllows, NothingIsOpenedUnasked) {
    EXPECT_EQ(read({}), "");
}

TEST(ReadAllows, ReadsBothFamiliesWithAndWithoutAPort) {
    EXPECT_EQ(read({"10.1.0.0/16"}), "10.1.0.0/16");
    EXPECT_EQ(read({"10.1.0.0/16:443"}), "10.1.0.0/16 port 443");
    EXPECT_EQ(read({"10.1.2.3"}), "10.1.2.3/32");
    EXPECT_EQ(read({"10.1.2.3:1"}), "10.1.2.3/32 port 1");
    EXPECT_EQ(read({"fd00::/8"}), "fd00::/8");
    EXPECT_EQ(read({"[fd00::/8]"}), "fd00::/8");
    EXPECT_EQ(read({"[fd00::/8]:65535"}), "fd00::/8 port 65535");
    EXPECT_EQ(read({"[::1]:80"}), "::1/128 port 80");
    EXPECT_EQ(read({"::"}), "::/128");
}

TEST(ReadAllows, MalformedValuesAreRefusedByName) {
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
                                    "10.0.0.0/255.0.0.0",
                                    "10.0.0.0/8:0",
                                    "10.0.0.0/8:65536",
                                    "10.0.0.0/8:http",
                                    "10.0.0.0/8:",
                                    "[fd00::/8]:",
                                    "[fd00::/8]:0",
                                    "[fd00::/8",
                                    "[fd00::/8]443",
                                    "10.0.0.0/8:80:81",
                                    ":",
                                    ":80",
                                    "10.0.0.0:80/8",
                                    "10.0.0.0/8:-80",
                                    "10.0.0.0/8:+80",
                                    "10.0.0.0/8: 80",
                                    "10.0.0.0/8:80 ",
                                    "10.0.0.0/8:80-90",
                                    "10.0.0.0/8:80/udp",
                                    "10.0.0.1/8",
                                    "10.0.0.0/8,11.0.0.0/8",
                                    "fd00::/8:443",
                                    "[]",
                                    "[]:80",
                                    "[",
                                    "]",
                                    "[fd00::/8]]:80",
                                    "[[fd00::/8]]:80",
                                    "[fd00::]/8",
                                    "[fd00::1/8]:80",
                                    "[::ffff:10.0.0.0/104]:80"}) {
        const auto all = read_allows(asked("net-allow", {value}));
        ASSERT_FALSE(all.ok()) << value << " is " << shown(*all);
        EXPECT_EQ(all.error().what.rfind("--net-allow", 0), 0U) << all.error().what;
        EXPECT_TRUE(says(all.error().what, value)) << all.error().what;
    }
}

TEST(ReadAllows, OneThatIsWrongAmongMoreIsNamedByItsSource) {
    sdk::Request request = asked("net-allow", {"10.0.0.0/8"});
    request.options["net-allow"].push_back({"ten", "profile ci: net-allow", false});

    const auto all = read_allows(request);

    ASSERT_FALSE(all.ok());
    EXPECT_TRUE(says(all.error().what, "profile ci")) << all.error().what;
}

TEST(ReadAllows, TheWiderOneStaysWhicheverCameFirst) {
    EXPECT_EQ(read({"10.0.0.0/8", "10.1.0.0/16"}), "10.0.0.0/8");
    EXPECT_EQ(read({"10.1.0.0/16", "10.0.0.0/8"}), "10.0.0.0/8");
    EXPECT_EQ(read({"10.1.0.0/16", "10.2.0.0/16", "10.1.2.3", "10.0.0.0/8"}), "10.0.0.0/8");
    EXPECT_EQ(read({"10.0.0.0/8", "10.0.0.0/8"}), "10.0.0.0/8");
    EXPECT_EQ(read({"10.0.0.0/8:80", "10.1.0.0/16:80"}), "10.0.0.0/8 port 80");
    EXPECT_EQ(read({"fd00::1", "fd00::/8"}), "fd00::/8");
}

TEST(ReadAllows, EveryPortHoldsEachOfThem) {
    EXPECT_EQ(read({"10.0.0.0/8", "10.1.0.0/16:80"}), "10.0.0.0/8");
    EXPECT_EQ(read({"10.1.0.0/16:80", "10.0.0.0/8"}), "10.0.0.0/8");
    EXPECT_EQ(read({"10.0.0.0/8:80", "10.1.0.0/16"}), "10.0.0.0/8 port 80 10.1.0.0/16");
}

TEST(ReadAllows, WhatOpensDifferentThingsStays) {
    EXPECT_EQ(read({"10.0.0.0/8:80", "10.1.0.0/16:81"}), "10.0.0.0/8 port 80 10.1.0.0/16 port 81");
    EXPECT_EQ(read({"10.0.0.0/9", "10.128.0.0/9"}), "10.0.0.0/9 10.128.0.0/9");
    EXPECT_EQ(read({"0.0.0.0/0", "::/0"}), "0.0.0.0/0 ::/0");
}

TEST(ReadAllows, TheSetOpensWhatItsValuesOpenAndNoneHoldsAnother) {
    Chance chance;
    const std::vector<std::string> ports = {"", "", ":80", ":81"};
    for (int i = 0; i < 2000; ++i) {
        std::vector<std::string> values;
        std::vector<Allow> each;
        for (std::size_t n = chance.below(12); n > 0; --n) {
            // 16 addresses and their networks: most of them meet.
            const std::size_t bits = chance.below(5);
            const std::size_t number = chance.below(16) >> bits << bits;
            values.push_back("10.0.0." + std::to_string(number) + "/" + std::to_string(32 - bits) +
                             ports[chance.below(ports.size())]);
            each.push_back(read_allows(asked("net-allow", {values.back()}))->front());
        }

        const auto all = read_allows(asked("net-allow", values));

        ASSERT_TRUE(all.ok());
        expect_none_holds_another(*all);
        for (std::uint32_t number = 0; number < 17; ++number)
            for (std::uint16_t port = 80; port <= 82; ++port)
                EXPECT_EQ(opens(*all, ipv4(0x0a000000U + number), port),
                          opens(each, ipv4(0x0a000000U + number), port))
                    << shown(each) << " became " << shown(*all);
    }
}

TEST(ReadAllows, AnyBytesAreReadOrRefused) {
    Chance chance;
    for (int i = 0; i < 50000; ++i) {
        std::string value = chance.bytes();
        if (i % 3 == 1)
            value = chance.nearly("10.0.0.0/8:443");
        if (i % 3 == 2)
            value = chance.nearly("[fd00::/8]:443");
        const auto all = read_allows(asked("net-allow", {value}));
        if (!all.ok())
            continue;
        ASSERT_EQ(all->size(), 1U) << value;
        const std::string text =
            "[" + to_text(all->front().network) + "]" +
            (all->front().port == 0 ? "" : ":" + std::to_string(all->front().port));
        EXPECT_EQ(*read_allows(asked("net-allow", {text})), *all) << value;
    }
}

} // namespace microbox::net
