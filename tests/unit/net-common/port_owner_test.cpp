// SPDX-License-Identifier: MIT
// Who has a port: the kernel's lists, read from text, and asked of the running kernel.
#include "own_network.hpp"
#include "port_owner.hpp"
#include "tests/unit/net-common/asked.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sys/prctl.h>
#include <sys/resource.h>

namespace microbox::net {

namespace {

using test::Chance;
using test::Process;
using test::socket_at;
using Inodes = std::vector<std::uint64_t>;

class OwnerOf : public test::OwnNetwork {};

const std::string tcp4 =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode                                                     \n"
    "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 "
    "4711 1 0000000000000000 100 0 0 10 0                      \n"
    "   1: 02710CCB:D431 0A3364C6:01BB 01 00000000:00000000 02:000A7A60 00000000  1000        0 "
    "4712 2 0000000000000000 20 4 30 10 -1                     \n"
    "   2: 0100007F:1F90 0100007F:C350 06 00000000:00000000 03:00001234 00000000     0        0 0 "
    "3 0000000000000000                                        \n";

const std::string tcp6 =
    "  sl  local_address                         remote_address                        st tx_queue "
    "rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
    "   0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A "
    "00000000:00000000 00:00000000 00000000     0        0 4713 1 0000000000000000 100 0 0 10 0\n"
    "   1: 0000000000000000FFFF00000100007F:0050 00000000000000000000000000000000:0000 0A "
    "00000000:00000000 00:00000000 00000000     0        0 4714 1 0000000000000000 100 0 0 10 0\n";

BoundSocket socket(const std::string& address, bool listens, std::uint64_t inode) {
    return {parse_address(address).value_or(Address{}), 8080, listens, inode};
}

Publish at(const std::string& address, std::uint16_t port = 8080, bool udp = false) {
    Publish publish;
    publish.address = parse_address(address).value_or(Address{});
    publish.host = port;
    publish.udp = udp;
    return publish;
}

/// Which of the addresses are in the way of a publish, one socket each.
std::string in_the_way_of(const std::string& published, const std::vector<std::string>& addresses) {
    std::string text;
    for (const std::string& address : addresses)
        if (!in_the_way({socket(address, true, 1)}, at(published)).empty())
            text += (text.empty() ? "" : " ") + address;
    return text;
}

} // namespace

TEST(ParseSockets, ReadsTheKernelsLines) {
    const auto four = parse_sockets(tcp4);
    const auto six = parse_sockets(tcp6);

    ASSERT_EQ(four.size(), 3U);
    EXPECT_EQ(four[0], socket("127.0.0.1", true, 4711));
    EXPECT_EQ(to_text(four[1].address), "203.12.113.2");
    EXPECT_EQ(four[1].port, 0xd431);
    EXPECT_FALSE(four[1].listens);
    EXPECT_EQ(four[1].inode, 4712U);
    EXPECT_EQ(four[2].inode, 0U);
    ASSERT_EQ(six.size(), 2U);
    EXPECT_EQ(six[0], socket("::1", true, 4713));
    EXPECT_EQ(to_text(six[1].address), "::ffff:127.0.0.1");
    EXPECT_EQ(six[1].port, 80);
}

TEST(ParseSockets, LinesThatAreNoneAreLeftOut) {
    const std::string rest = " 0:0 0A 0:0 0:0 0 0 0 ";
    EXPECT_EQ(parse_sockets("0: 0100007F:1F90" + rest + "7").size(), 1U) << "this is one";
    for (const std::string& line : {std::string(),
                                    std::string("\n\n"),
                                    std::string("0:"),
                                    "0: 0100007F1F90" + rest + "7",
                                    "0: 0100007:1F90" + rest + "7",
                                    "0: 0100007G:1F90" + rest + "7",
                                    "0: 0100007F0100007F:1F90" + rest + "7",
                                    "0: 0100007F:" + rest + "7",
                                    "0: 0100007F:1F90x" + rest + "7",
                                    "0: 0100007F:11F90" + rest + "7",
                                    "0: 0100007F:1F90" + rest,
                                    "0: 0100007F:1F90" + rest + "seven",
                                    "0: 0100007F:1F90" + rest + "-7"})
        EXPECT_TRUE(parse_sockets(line).empty()) << line;
}

TEST(ParseSockets, AnyBytesAreLinesOrNone) {
    Chance chance;
    for (int i = 0; i < 20000; ++i) {
        const std::string text = i % 2 == 0 ? chance.bytes() : chance.nearly(tcp4 + tcp6);
        EXPECT_LE(parse_sockets(text).size(), 6U);
    }
}

TEST(InTheWay, TheSameAddressAndAnyAddress) {
    const std::vector<std::string> all = {"127.0.0.1",
                                          "127.0.0.2",
                                          "0.0.0.0",
                                          "::",
                                          "::1",
                                          "::2",
                                          "::ffff:127.0.0.1",
                                          "::ffff:127.0.0.2",
                                          "7f00:1::"};
    EXPECT_EQ(in_the_way_of("127.0.0.1", all), "127.0.0.1 0.0.0.0 :: ::ffff:127.0.0.1");
    EXPECT_EQ(in_the_way_of("0.0.0.0", all),
              "127.0.0.1 127.0.0.2 0.0.0.0 :: ::ffff:127.0.0.1 ::ffff:127.0.0.2");
    EXPECT_EQ(in_the_way_of("::1", all), ":: ::1");
    EXPECT_EQ(in_the_way_of("::", all), ":: ::1 ::2 7f00:1::");
}

TEST(InTheWay, AnotherPortAndASocketOfNobodyAreNot) {
    EXPECT_EQ(in_the_way({socket("127.0.0.1", true, 1)}, at("127.0.0.1", 8081)), Inodes{});
    EXPECT_EQ(in_the_way({socket("127.0.0.1", false, 0)}, at("127.0.0.1")), Inodes{});
}

TEST(InTheWay, WhatListensComesBeforeWhatIsConnected) {
    const std::vector<BoundSocket> all = {
        socket("127.0.0.1", false, 1), socket("127.0.0.1", true, 2), socket("0.0.0.0", true, 3)};

    EXPECT_EQ(in_the_way(all, at("127.0.0.1")), (Inodes{2, 3}));
    EXPECT_EQ(in_the_way({all[0]}, at("127.0.0.1")), (Inodes{1}));
}

TEST(InTheWay, WhatIsCertainComesBeforeWhatMayBe) {
    const std::vector<BoundSocket> all = {socket("::", true, 1), socket("127.0.0.1", true, 2)};

    EXPECT_EQ(in_the_way(all, at("127.0.0.1")), (Inodes{2}));
    EXPECT_EQ(in_the_way({all[0], socket("127.0.0.1", false, 3)}, at("127.0.0.1")), (Inodes{1}));
}

TEST(InTheWay, EachSocketOfUdpHasItsPort) {
    const std::vector<BoundSocket> all = {
        socket("127.0.0.1", false, 1), socket("0.0.0.0", false, 2), socket("::", false, 3)};

    EXPECT_EQ(in_the_way(all, at("127.0.0.1", 8080, true)), (Inodes{1, 2}));
}

TEST(Printable, OneLineOfAsciiRemains) {
    EXPECT_EQ(printable("python3"), "python3");
    EXPECT_EQ(printable("a b~!"), "a b~!");
    EXPECT_EQ(printable("x\n\x1b[31m\x7f\xc3\xa9\t"), "x??[31m????");
    EXPECT_EQ(printable(std::string("a\0b", 3)), "a?b");
    EXPECT_EQ(printable(""), "?");
}

TEST(Printable, NoByteIsPrintedThatIsNotPrintable) {
    Chance chance;
    for (int i = 0; i < 2000; ++i)
        for (const char c : printable(chance.bytes()))
            EXPECT_TRUE(c >= 0x20 && c < 0x7f) << static_cast<int>(c);
}

TEST_F(OwnerOf, IsFoundForEachWayToHaveAPort) {
    struct Case {
        const char* held;
        int type;
        int v6only;
        const char* published;
    };

    for (const Case& one : {Case{"127.0.0.1", SOCK_STREAM, 1, "127.0.0.1"},
                            Case{"127.0.0.1", SOCK_STREAM, 1, "0.0.0.0"},
                            Case{"0.0.0.0", SOCK_STREAM, 1, "127.0.0.1"},
                            Case{"::1", SOCK_STREAM, 1, "::"},
                            Case{"::", SOCK_STREAM, 1, "::1"},
                            Case{"::", SOCK_STREAM, 0, "127.0.0.1"},
                            Case{"::ffff:127.0.0.1", SOCK_STREAM, 0, "127.0.0.1"},
                            Case{"127.0.0.1", SOCK_DGRAM, 1, "127.0.0.1"},
                            Case{"::1", SOCK_DGRAM, 1, "::1"},
                            Case{"::", SOCK_DGRAM, 0, "0.0.0.0"}}) {
        sys::Fd held = socket_at(one.held, 0, one.type, one.v6only);
        const std::uint16_t port = test::number_of(held);
        const Process owner;
        held.reset();

        const auto found = owner_of(at(one.published, port, one.type == SOCK_DGRAM));

        ASSERT_TRUE(found) << one.held << " for " << one.published;
        EXPECT_EQ(found->pid, owner.pid()) << one.held << " for " << one.published;
    }
}

TEST_F(OwnerOf, AClientOnThatPortIsFound) {
    const sys::Fd listener = test::listening();
    sys::Fd client = test::connected(test::address_of(listener.get()));
    const std::uint16_t port = test::number_of(client);
    const Process owner;
    client.reset();

    const auto found = owner_of(at("0.0.0.0", port));

    ASSERT_TRUE(found);
    EXPECT_EQ(found->pid, owner.pid());
}

TEST_F(OwnerOf, TheLowestNumberIsTheOwner) {
    sys::Fd held = socket_at("127.0.0.1", 0, SOCK_STREAM);
    const std::uint16_t port = test::number_of(held);
    const Process first;
    const Process second;
    held.reset();

    const auto found = owner_of(at("127.0.0.1", port));

    ASSERT_TRUE(found);
    EXPECT_EQ(found->pid, std::min(first.pid(), second.pid()));
}

TEST_F(OwnerOf, ItsNameIsItsOwnChoiceAndPrintable) {
    sys::Fd held = socket_at("127.0.0.1", 0, SOCK_STREAM);
    const std::uint16_t port = test::number_of(held);
    const Process owner([] { ::prctl(PR_SET_NAME, "evil\n\x1b[31m\n"); });
    held.reset();

    const auto found = owner_of(at("127.0.0.1", port));

    ASSERT_TRUE(found);
    EXPECT_EQ(found->name, "evil??[31m?");
}

TEST_F(OwnerOf, AnotherProtocolOrFamilyHasNoOwner) {
    const sys::Fd held = socket_at("127.0.0.1", test::free_port(), SOCK_STREAM);
    const std::uint16_t port = test::number_of(held);

    EXPECT_TRUE(owner_of(at("127.0.0.1", port)));
    EXPECT_FALSE(owner_of(at("127.0.0.1", port, true)));
    EXPECT_FALSE(owner_of(at("::1", port)));
    EXPECT_FALSE(owner_of(at("127.0.0.2", port)));
}

TEST_F(OwnerOf, AnotherNetworkNamespaceHasPortsOfItsOwn) {
    if (!alone())
        GTEST_SKIP() << "needs a network namespace";
    const sys::Fd held = socket_at("127.0.0.1", 0, SOCK_STREAM);
    const std::uint16_t port = test::number_of(held);
    ASSERT_TRUE(owner_of(at("127.0.0.1", port)));

    SetUp();

    EXPECT_FALSE(owner_of(at("127.0.0.1", port)));
}

TEST_F(OwnerOf, AThousandsSocketIsFoundToo) {
    // More than the megabyte that is read of a file unless more is asked for: 150 bytes each.
    if (!alone())
        GTEST_SKIP() << "needs a network namespace";
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    const rlimit most{limit.rlim_max, limit.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &most), 0);
    std::vector<sys::Fd> sockets;
    for (std::uint16_t port = 20000; port < 29000; ++port)
        sockets.push_back(socket_at("127.0.0.1", port, SOCK_DGRAM));

    for (const sys::Fd* held : {&sockets.front(), &sockets[4000], &sockets.back()})
        EXPECT_TRUE(owner_of(at("127.0.0.1", test::number_of(*held), true)));
}

TEST(OwnerOfInodes, NobodyHasNoneAndWhatIsNoSocket) {
    EXPECT_FALSE(owner_of(Inodes{}));
    EXPECT_FALSE(owner_of(Inodes{UINT64_MAX}));
}

} // namespace microbox::net
