// SPDX-License-Identifier: MIT
// Addresses and networks: their texts, and what holds what.
#include "address.hpp"
#include "tests/unit/net-common/asked.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <netinet/in.h>

namespace microbox::net {

namespace {

using test::Chance;
using test::says;

Network network(const std::string& text) {
    auto read = parse_network(text, "--subnet");
    EXPECT_TRUE(read.ok()) << text;
    return read.ok() ? *read : Network{};
}

Address address(const std::string& text) {
    const auto read = parse_address(text);
    EXPECT_TRUE(read) << text;
    return read.value_or(Address{});
}

Address any_address(Chance& chance) {
    Address made;
    made.family = chance.below(2) == 0 ? AF_INET : AF_INET6;
    const std::size_t size = made.family == AF_INET ? 4 : 16;
    for (std::size_t i = 0; i < size; ++i)
        // Many of 0: "::" is where the texts of IPv6 differ.
        made.bytes[i] = static_cast<std::uint8_t>(chance.below(2) == 0 ? 0 : chance.below(256));
    return made;
}

/// Bit by bit, where the code masks.
bool agrees(const Address& a, const Address& b, int bits) {
    for (int i = 0; i < bits; ++i) {
        const auto byte = static_cast<std::size_t>(i / 8);
        if ((((a.bytes[byte] ^ b.bytes[byte]) >> (7 - i % 8)) & 1) != 0)
            return false;
    }
    return a.family == b.family;
}

} // namespace

TEST(ParseAddress, ReadsBothFamilies) {
    EXPECT_EQ(address("127.0.0.1"), ipv4(INADDR_LOOPBACK));
    EXPECT_EQ(address("::1").family, AF_INET6);
    EXPECT_EQ(to_text(address("2001:DB8:0::0:1")), "2001:db8::1");
    EXPECT_EQ(address("255.0.0.1").bits(), 32);
    EXPECT_EQ(address("::").bits(), 128);
}

TEST(ParseAddress, WhatIsNoAddressIsNothing) {
    for (const std::string& text : {std::string(),
                                    std::string(" "),
                                    std::string("host.example"),
                                    std::string("10.0.0"),
                                    std::string("10.0.0.0.0"),
                                    std::string("10.0.0.256"),
                                    std::string("10.0.0.01"),
                                    std::string("0x7f.0.0.1"),
                                    std::string("2130706433"),
                                    std::string(" 10.0.0.1"),
                                    std::string("10.0.0.1 "),
                                    std::string("10.0.0.1\n"),
                                    std::string("10.0.0.1\0", 9),
                                    std::string("10.0.0.1\0.5", 11),
                                    std::string("::1\0", 4),
                                    std::string("fe80::1%lo"),
                                    std::string("fd00:::"),
                                    std::string("fd00::1::2"),
                                    std::string("1:2:3:4:5:6:7:8:9"),
                                    std::string("12345::"),
                                    std::string("[::1]"),
                                    std::string("10.0.0.0/8")})
        EXPECT_FALSE(parse_address(text)) << "'" << text << "'";
}

TEST(ParseAddress, ReadsItsOwnText) {
    Chance chance;
    for (int i = 0; i < 20000; ++i) {
        const Address made = any_address(chance);
        EXPECT_EQ(parse_address(to_text(made)), made) << to_text(made);
    }
}

TEST(ParseAddress, AnyBytesAreAnAddressOrNothing) {
    Chance chance;
    for (int i = 0; i < 50000; ++i) {
        const std::string text = i % 2 == 0 ? chance.bytes() : chance.nearly("2001:db8::1.2.3.4");
        const auto read = parse_address(text);
        if (!read)
            continue;
        EXPECT_EQ(parse_address(to_text(*read)), read) << text;
    }
}

TEST(Address, KnowsLoopbackAndAny) {
    for (const char* const text : {"127.0.0.1", "127.0.0.0", "127.255.255.255", "::1"})
        EXPECT_TRUE(address(text).is_loopback()) << text;
    for (const char* const text :
         {"126.255.255.255", "128.0.0.0", "0.0.0.0", "::", "::2", "7f00::1", "::ffff:127.0.0.1"})
        EXPECT_FALSE(address(text).is_loopback()) << text;
    for (const char* const text : {"0.0.0.0", "::"})
        EXPECT_TRUE(address(text).is_any()) << text;
    for (const char* const text : {"0.0.0.1", "128.0.0.0", "::1", "8000::"})
        EXPECT_FALSE(address(text).is_any()) << text;
}

TEST(Address, KnowsIpv4InTheWritingOfIpv6) {
    EXPECT_TRUE(is_mapped(address("::ffff:10.0.0.1")));
    for (const char* const text : {"10.0.0.1", "::10.0.0.1", "::fffe:10.0.0.1", "1::ffff:10.0.0.1"})
        EXPECT_FALSE(is_mapped(address(text))) << text;
}

TEST(Address, IsANumberToo) {
    EXPECT_EQ(to_number(address("10.44.0.1")), 0x0a2c0001U);
    EXPECT_EQ(to_text(ipv4(0x0a2c0001U)), "10.44.0.1");
    EXPECT_EQ(to_text(in_network(network("fd00:1:2:3::/64"), 0x0a2c0001U)), "fd00:1:2:3::a2c:1");
    EXPECT_EQ(to_text(in_network(network("fd00::ffff:0:0/96"), 0xffffffffU)),
              "fd00::ffff:ffff:ffff");
}

TEST(Address, BecomesAnEndpoint) {
    const Endpoint four = endpoint(address("10.0.0.1"), 8080);
    const Endpoint six = endpoint(address("fd00::1"), 53);

    const auto& in = reinterpret_cast<const sockaddr_in&>(four.storage);
    EXPECT_EQ(four.size, sizeof in);
    EXPECT_EQ(in.sin_family, AF_INET);
    EXPECT_EQ(ntohs(in.sin_port), 8080);
    EXPECT_EQ(ntohl(in.sin_addr.s_addr), 0x0a000001U);
    const auto& in6 = reinterpret_cast<const sockaddr_in6&>(six.storage);
    EXPECT_EQ(six.size, sizeof in6);
    EXPECT_EQ(in6.sin6_family, AF_INET6);
    EXPECT_EQ(ntohs(in6.sin6_port), 53);
    EXPECT_EQ(in6.sin6_addr.s6_addr[0], 0xfd);
    EXPECT_EQ(in6.sin6_addr.s6_addr[15], 1);
}

TEST(ParseNetwork, AnAddressIsANetworkOfOne) {
    EXPECT_EQ(network("10.0.0.1").prefix, 32);
    EXPECT_EQ(network("fd00::1").prefix, 128);
    EXPECT_EQ(to_text(network("0.0.0.0/0")), "0.0.0.0/0");
    EXPECT_EQ(to_text(network("::/0")), "::/0");
    EXPECT_EQ(to_text(network("10.128.0.0/9")), "10.128.0.0/9");
}

TEST(ParseNetwork, MalformedTextIsRefusedByName) {
    for (const std::string text : {"",
                                   "ten",
                                   "10.0.0",
                                   "10.0.0.0/",
                                   "10.0.0.0/33",
                                   "10.0.0.0/-1",
                                   "10.0.0.0/+8",
                                   "10.0.0.0/8/8",
                                   "10.0.0.0/ 8",
                                   "10.0.0.0/8 ",
                                   "10.0.0.256/8",
                                   "fd00::/129",
                                   "fd00:::/8",
                                   "/8",
                                   "/",
                                   "10.0.0.0/255.0.0.0",
                                   "10.0.0.0/0x8",
                                   "fe80::%lo/64",
                                   "[fd00::]/8",
                                   "10.0.0.0/18446744073709551624",
                                   "10.0.0.0/4294967304"}) {
        const auto read = parse_network(text, "--subnet");
        ASSERT_FALSE(read.ok()) << text;
        EXPECT_EQ(read.error().what.rfind("--subnet", 0), 0U) << read.error().what;
        EXPECT_TRUE(says(read.error().what, text)) << read.error().what;
    }
    EXPECT_FALSE(parse_network(std::string("10.0.0.0\0/8", 11), "--subnet").ok());
    EXPECT_FALSE(parse_network(std::string("10.0.0.0/8\0", 11), "--subnet").ok());
}

TEST(ParseNetwork, BitsBehindThePrefixNameTheNetworkThatIsMeant) {
    for (const auto& [text, meant] : std::vector<std::pair<std::string, std::string>>{
             {"10.1.2.3/8", "10.0.0.0/8"},
             {"10.0.0.1/31", "10.0.0.0/31"},
             {"255.255.255.255/0", "0.0.0.0/0"},
             {"192.168.77.129/25", "192.168.77.128/25"},
             {"fd00::1/64", "fd00::/64"},
             {"fdff::/9", "fd80::/9"}}) {
        const auto read = parse_network(text, "--subnet");
        ASSERT_FALSE(read.ok()) << text;
        EXPECT_TRUE(says(read.error().what, meant)) << read.error().what;
    }
}

TEST(ParseNetwork, Ipv4InTheWritingOfIpv6IsRefused) {
    for (const std::string text : {"::ffff:10.0.0.0/104", "::ffff:10.0.0.1", "::ffff:0:0/96"})
        EXPECT_FALSE(parse_network(text, "--net-allow").ok()) << text;
    EXPECT_TRUE(parse_network("::/0", "--net-allow").ok()) << "it holds them, as it does all";
}

TEST(ParseNetwork, ReadsItsOwnText) {
    Chance chance;
    for (int i = 0; i < 20000; ++i) {
        const Address made = any_address(chance);
        const std::string prefix =
            std::to_string(chance.below(static_cast<std::size_t>(made.bits()) + 1));
        auto read = parse_network(to_text(made) + "/" + prefix, "--subnet");
        if (!read.ok()) {
            // The error names the network that is meant behind its last blank.
            const std::string& what = read.error().what;
            read = parse_network(what.substr(what.rfind(' ') + 1), "--subnet");
        }
        ASSERT_TRUE(read.ok()) << to_text(made) << "/" << prefix;
        EXPECT_EQ(network(to_text(*read)), *read) << to_text(*read);
        EXPECT_TRUE(read->contains(made)) << to_text(*read) << " " << to_text(made);
    }
}

TEST(ParseNetwork, AnyBytesAreANetworkOrRefused) {
    Chance chance;
    for (int i = 0; i < 50000; ++i) {
        const std::string text = i % 2 == 0 ? chance.bytes() : chance.nearly("10.128.0.0/9");
        const auto read = parse_network(text, "--subnet");
        if (read.ok())
            EXPECT_EQ(network(to_text(*read)), *read) << text;
        else
            EXPECT_TRUE(says(read.error().what, text));
    }
}

TEST(Network, HoldsItsFirstAndItsLastAddressAndNotTheNext) {
    const Network ten = network("10.0.0.0/9");
    EXPECT_TRUE(ten.contains(address("10.0.0.0")));
    EXPECT_TRUE(ten.contains(address("10.127.255.255")));
    EXPECT_FALSE(ten.contains(address("10.128.0.0")));
    EXPECT_FALSE(ten.contains(address("9.255.255.255")));
    EXPECT_FALSE(ten.contains(address("a00::"))) << "the same bytes, of the other family";
    EXPECT_TRUE(network("0.0.0.0/0").contains(address("255.255.255.255")));
    EXPECT_FALSE(network("0.0.0.0/0").contains(address("::")));
    EXPECT_FALSE(network("::/0").contains(address("0.0.0.0")));
}

TEST(Network, HoldsWhatAgreesInItsPrefix) {
    Chance chance;
    for (int i = 0; i < 20000; ++i) {
        Address one = any_address(chance);
        Network made{one, static_cast<int>(chance.below(static_cast<std::size_t>(one.bits()) + 1))};
        for (int bit = made.prefix; bit < 128; ++bit)
            made.address.bytes[static_cast<std::size_t>(bit / 8)] &=
                static_cast<std::uint8_t>(~(1 << (7 - bit % 8)));
        const auto byte = chance.below(static_cast<std::size_t>(one.bits()) / 8);
        one.bytes[byte] ^= static_cast<std::uint8_t>(1U << chance.below(8));
        EXPECT_EQ(made.contains(one), agrees(one, made.address, made.prefix))
            << to_text(made) << " " << to_text(one);
    }
}

TEST(Network, OverlapsWhatItHoldsAndWhatHoldsIt) {
    const auto overlap = [](const std::string& a, const std::string& b) {
        EXPECT_EQ(network(a).overlaps(network(b)), network(b).overlaps(network(a)))
            << a << " " << b;
        return network(a).overlaps(network(b));
    };
    EXPECT_TRUE(overlap("10.0.0.0/8", "10.44.0.0/16"));
    EXPECT_TRUE(overlap("10.0.0.0/8", "10.0.0.0/8"));
    EXPECT_TRUE(overlap("0.0.0.0/0", "192.168.77.1"));
    EXPECT_TRUE(overlap("fd00::/8", "fdff::/16"));
    EXPECT_FALSE(overlap("10.0.0.0/16", "10.1.0.0/16"));
    EXPECT_FALSE(overlap("10.0.0.0/9", "10.128.0.0/9"));
    EXPECT_FALSE(overlap("0.0.0.0/0", "::/0"));
}

} // namespace microbox::net
