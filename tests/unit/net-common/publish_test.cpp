// SPDX-License-Identifier: MIT
// --publish: its grammar, and which two cannot both be.
#include "publish.hpp"
#include "tests/unit/net-common/asked.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace microbox::net {

namespace {

using test::asked;
using test::Chance;
using test::says;

std::string shown(const std::vector<Publish>& all) {
    std::string text;
    for (const Publish& publish : all)
        text +=
            (text.empty() ? "" : " ") + to_text(publish) + ">" + std::to_string(publish.sandbox);
    return text;
}

/// What is published, or what is wrong.
std::string read(const std::vector<std::string>& values) {
    const auto all = read_publishes(asked("publish", values));
    return all.ok() ? shown(*all) : all.error().what;
}

/// As a user writes it.
std::string value_of(const Publish& publish) {
    Publish tcp = publish;
    tcp.udp = false;
    return to_text(tcp) + ":" + std::to_string(publish.sandbox) + (publish.udp ? "/udp" : "");
}

} // namespace

TEST(ReadPublishes, NothingIsPublishedUnasked) {
    EXPECT_EQ(read({}), "");
}

TEST(ReadPublishes, WithoutAnAddressItIsLoopbackOfBothFamilies) {
    EXPECT_EQ(read({"8080:80"}), "127.0.0.1:8080>80 [::1]:8080>80");
    EXPECT_EQ(read({"53:53/udp"}), "127.0.0.1:53/udp>53 [::1]:53/udp>53");
}

TEST(ReadPublishes, ReadsAddressesPortsAndProtocols) {
    EXPECT_EQ(read({"127.0.0.1:8080:80"}), "127.0.0.1:8080>80");
    EXPECT_EQ(read({"0.0.0.0:1:65535/tcp"}), "0.0.0.0:1>65535");
    EXPECT_EQ(read({"203.0.113.2:65535:1/udp"}), "203.0.113.2:65535/udp>1");
    EXPECT_EQ(read({"[::1]:8080:80"}), "[::1]:8080>80");
    EXPECT_EQ(read({"[2001:DB8:0:0::2]:8080:80"}), "[2001:db8::2]:8080>80");
    EXPECT_EQ(read({"[::]:5353:53/udp"}), "[::]:5353/udp>53");
}

TEST(ReadPublishes, SaysWhoSaidSoAndWhetherTheAddressWasNamed) {
    const auto all = read_publishes(asked("publish", {"8080:80", "[::1]:8081:80"}));

    ASSERT_TRUE(all.ok());
    ASSERT_EQ(all->size(), 3U);
    EXPECT_EQ(all->at(0).source, "--publish 8080:80");
    EXPECT_EQ(all->at(1).source, "--publish 8080:80");
    EXPECT_TRUE(all->at(0).by_default);
    EXPECT_TRUE(all->at(1).by_default);
    EXPECT_FALSE(all->at(2).by_default);
}

TEST(ReadPublishes, MalformedValuesAreRefusedByName) {
    for (const std::string value : {"",
                                    "80",
                                    ":",
                                    "::",
                                    ":::",
                                    ":80",
                                    "80:",
                                    ":80:80",
                                    "80::80",
                                    "80:80:",
                                    "::80",
                                    "a:80",
                                    "80:b",
                                    "80:80:80",
                                    "80:80:80:80",
                                    "80:80/",
                                    "/",
                                    "/udp",
                                    "80:80/sctp",
                                    "80:80/UDP",
                                    "80:80/udp/udp",
                                    "80:80/udp ",
                                    "80/udp:80",
                                    "80 :80",
                                    " 80:80",
                                    "80:80 ",
                                    "+80:80",
                                    "80:+80",
                                    "0x50:80",
                                    "8.0:80",
                                    "8080-8090:80",
                                    "8080:80,8081:81",
                                    "127.0.0.1::80",
                                    "127.0.0.1:80",
                                    "127.0.0.1:80:",
                                    "host.example:80:80",
                                    "localhost:80:80",
                                    "*:80:80",
                                    "1.2.3:80:80",
                                    "1.2.3.256:80:80",
                                    "::1:80:80",
                                    "[::1:80:80",
                                    "[]:80:80",
                                    "[::1]",
                                    "[::1]:80",
                                    "[::1]:80:",
                                    "[::1]::80",
                                    "[::1]80:80",
                                    "[::1]]:80:80",
                                    "[[::1]]:80:80",
                                    "[::1]:80:80:80",
                                    "[fe80::1%eth0]:80:80",
                                    "x[::1]:80:80"}) {
        const auto all = read_publishes(asked("publish", {value}));
        ASSERT_FALSE(all.ok()) << value << " is " << shown(*all);
        EXPECT_EQ(all.error().what.rfind("--publish", 0), 0U) << all.error().what;
        EXPECT_TRUE(says(all.error().what, value)) << all.error().what;
    }
}

TEST(ReadPublishes, WhatLacksAPartShowsTheGrammar) {
    for (const std::string value : {"",
                                    "80",
                                    ":80",
                                    "80:",
                                    ":80:80",
                                    "127.0.0.1::80",
                                    "127.0.0.1:80:",
                                    "[]:80:80",
                                    "[::1]:80",
                                    "80:80:80:80",
                                    "::1:80:80"})
        EXPECT_TRUE(says(read({value}), "HOST:SANDBOX")) << read({value});
}

TEST(ReadPublishes, PortsOutOfRangeAreRefusedByName) {
    for (const std::string value : {"0:80",
                                    "80:0",
                                    "65536:80",
                                    "80:65536",
                                    "-1:80",
                                    "80:-1",
                                    "4294967376:80",
                                    "18446744073709551696:80",
                                    "80:99999999999999999999999999"})
        EXPECT_TRUE(says(read({value}), "--publish " + value)) << read({value});
    EXPECT_TRUE(says(read({"0:80"}), "the host's port"));
    EXPECT_TRUE(says(read({"80:0"}), "the sandbox's port"));
}

TEST(ReadPublishes, AddressesThatNoHostListensOnAreRefused) {
    EXPECT_TRUE(says(read({"224.0.0.1:80:80"}), "multicast"));
    EXPECT_TRUE(says(read({"239.255.255.255:80:80/udp"}), "multicast"));
    EXPECT_TRUE(says(read({"[ff02::1]:80:80"}), "multicast"));
    EXPECT_TRUE(says(read({"255.255.255.255:80:80"}), "broadcast"));
    EXPECT_TRUE(says(read({"[fe80::1]:80:80"}), "link-local"));
    EXPECT_TRUE(says(read({"[febf::1]:80:80"}), "link-local"));
    EXPECT_TRUE(says(read({"[::ffff:127.0.0.1]:80:80"}), "IPv4"));
    for (const std::string value : {"223.255.255.255:80:80",
                                    "169.254.1.1:80:80",
                                    "[fec0::1]:80:80",
                                    "[fe00::1]:80:80",
                                    "[e000::1]:80:80"})
        EXPECT_EQ(read({value}).rfind(value.substr(0, 4), 0), 0U) << read({value});
}

TEST(ReadPublishes, TwoForOnePortAreNamedBoth) {
    const std::string message = read({"8080:80", "8080:81"});

    EXPECT_TRUE(says(message, "8080:80")) << message;
    EXPECT_TRUE(says(message, "8080:81")) << message;
}

TEST(ReadPublishes, TwoForOnePortAreRefused) {
    for (const auto& values :
         std::vector<std::vector<std::string>>{{"8080:80", "8080:80"},
                                               {"8080:80", "127.0.0.1:8080:81"},
                                               {"[::1]:8080:80", "8080:81"},
                                               {"0.0.0.0:8080:80", "203.0.113.2:8080:80"},
                                               {"203.0.113.2:8080:80", "0.0.0.0:8080:80"},
                                               {"0.0.0.0:8080:80", "8080:80"},
                                               {"0.0.0.0:8080:80", "0.0.0.0:8080:80"},
                                               {"[::]:53:53/udp", "[2001:db8:113::2]:53:54/udp"},
                                               {"[2001:db8::2]:80:80", "[2001:DB8:0::2]:80:81"},
                                               {"80:80/tcp", "80:80"},
                                               {"81:80", "80:80", "82:80", "80:81"}})
        EXPECT_TRUE(says(read(values), "overlap")) << read(values);
}

TEST(ReadPublishes, TwoForPortsOfTheirOwnAreBoth) {
    const auto all = read_publishes(asked("publish",
                                          {"8080:80",
                                           "8080:80/udp",
                                           "203.0.113.2:8080:80",
                                           "203.0.113.3:8080:80",
                                           "8081:80",
                                           "[2001:db8::2]:8080:80",
                                           "0.0.0.0:9090:80",
                                           "[::]:9090:80"}));

    ASSERT_TRUE(all.ok()) << all.error().what;
    EXPECT_EQ(all->size(), 11U);
}

TEST(ReadPublishes, LoopbackIsRelayed) {
    const auto all = read_publishes(
        asked("publish", {"80:80", "127.9.9.9:80:80", "203.0.113.2:80:80", "[::]:81:80"}));

    ASSERT_TRUE(all.ok());
    std::string relayed;
    for (const Publish& publish : *all)
        relayed += is_relayed(publish) ? "y" : "n";
    EXPECT_EQ(relayed, "yyynn");
}

TEST(ReadPublishes, AnyBytesAreReadOrRefusedAndWhatIsReadIsReadAgain) {
    Chance chance;
    std::size_t right = 0;
    for (int i = 0; i < 60000; ++i) {
        std::string value = chance.bytes();
        if (i % 4 == 1)
            value = chance.nearly("8080:80/udp");
        if (i % 4 == 2)
            value = chance.nearly("127.0.0.1:8080:80");
        if (i % 4 == 3)
            value = chance.nearly("[2001:db8::1]:5353:53/udp");
        const auto all = read_publishes(asked("publish", {value}));
        if (!all.ok()) {
            EXPECT_TRUE(says(all.error().what, value));
            continue;
        }
        ++right;
        for (const Publish& publish : *all) {
            EXPECT_NE(publish.host, 0) << value;
            EXPECT_NE(publish.sandbox, 0) << value;
            EXPECT_EQ(read({value_of(publish)}), shown({publish})) << value;
        }
    }
    EXPECT_GT(right, 10000U) << "most were wrong: little was tested";
}

} // namespace microbox::net
