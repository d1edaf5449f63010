// SPDX-License-Identifier: MIT
// Taking a published port, on real sockets.
#include "own_network.hpp"
#include "port.hpp"
#include "tests/unit/net-common/asked.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <fcntl.h>

namespace microbox::net {

namespace {

using test::asked;
using test::free_port;
using test::Process;
using test::says;
using test::socket_at;

class TakePort : public test::OwnNetwork {};

/// All that --publish VALUE means.
std::vector<Publish> published(const std::string& value) {
    const auto all = read_publishes(asked("publish", {value}));
    EXPECT_TRUE(all.ok()) << value;
    return all.ok() ? *all : std::vector<Publish>(1);
}

/// ADDRESS:PORT:80, or with /udp.
Publish at(const std::string& address, std::uint16_t port, const std::string& protocol = "") {
    const bool six = says(address, ":");
    return published((six ? "[" + address + "]" : address) + ":" + std::to_string(port) + ":80" +
                     protocol)
        .front();
}

int option_of(const sys::Fd& socket, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    EXPECT_EQ(::getsockopt(socket.get(), level, name, &value, &size), 0) << errno;
    return value;
}

/// The errno of taking it, 0 when it was taken.
int error_of(const Publish& publish) {
    const auto port = take_port(publish);
    return port.ok() ? 0 : port.error().error_number;
}

sdk::Error refusal_of(const Publish& publish) {
    const auto port = take_port(publish);
    EXPECT_FALSE(port.ok()) << to_text(publish);
    return port.ok() ? sdk::Error{} : port.error();
}

} // namespace

TEST_F(TakePort, TheSocketIsBoundAndNeitherBlocksNorIsInherited) {
    for (const std::string protocol : {"/tcp", "/udp"})
        for (const std::string address : {"127.0.0.1", "0.0.0.0", "::1", "::"}) {
            const Publish publish = at(address, free_port(), protocol);

            const auto port = take_port(publish);

            ASSERT_TRUE(port.ok()) << port.error().what;
            const auto name = test::address_of(port->get());
            const Endpoint wanted = endpoint(publish.address, publish.host);
            EXPECT_EQ(std::memcmp(&name, &wanted.storage, wanted.size), 0) << to_text(publish);
            EXPECT_NE(::fcntl(port->get(), F_GETFL) & O_NONBLOCK, 0);
            EXPECT_NE(::fcntl(port->get(), F_GETFD) & FD_CLOEXEC, 0);
            EXPECT_EQ(option_of(*port, SOL_SOCKET, SO_ACCEPTCONN), publish.udp ? 0 : 1);
            EXPECT_EQ(option_of(*port, SOL_SOCKET, SO_TYPE),
                      publish.udp ? SOCK_DGRAM : SOCK_STREAM);
        }
}

TEST_F(TakePort, ItIsNobodyElsesWhileItIsHeld) {
    for (const std::string protocol : {"/tcp", "/udp"})
        for (const std::string address : {"127.0.0.1", "0.0.0.0", "::1", "::"}) {
            const Publish publish = at(address, free_port(), protocol);
            {
                const auto port = take_port(publish);
                ASSERT_TRUE(port.ok()) << port.error().what;
                EXPECT_EQ(error_of(publish), EADDRINUSE) << to_text(publish);
            }
            EXPECT_EQ(error_of(publish), 0) << "it is free again: " << to_text(publish);
        }
}

TEST_F(TakePort, SomebodyWhoSharesDoesNotGetIt) {
    for (const std::string protocol : {"/tcp", "/udp"}) {
        const Publish publish = at("127.0.0.1", free_port(), protocol);
        const auto port = take_port(publish);
        ASSERT_TRUE(port.ok()) << port.error().what;

        const sys::Fd other = test::make_socket(AF_INET, publish.udp ? SOCK_DGRAM : SOCK_STREAM);
        const int on = 1;
        EXPECT_EQ(::setsockopt(other.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), 0);
        EXPECT_EQ(::setsockopt(other.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), 0);
        const Endpoint where = endpoint(publish.address, publish.host);
        EXPECT_LT(::bind(other.get(), test::plain(where.storage), where.size), 0)
            << to_text(publish);
    }
}

TEST_F(TakePort, AnyAddressMeetsEachOfItsFamily) {
    for (const std::string protocol : {"/tcp", "/udp"})
        for (const auto& [any, one, other] :
             {std::array<const char*, 3>{"0.0.0.0", "127.0.0.1", "::1"},
              std::array<const char*, 3>{"::", "::1", "127.0.0.1"}}) {
            const std::uint16_t number = free_port();
            const auto port = take_port(at(any, number, protocol));
            ASSERT_TRUE(port.ok()) << port.error().what;

            EXPECT_EQ(error_of(at(one, number, protocol)), EADDRINUSE) << any << protocol;
            EXPECT_EQ(error_of(at(other, number, protocol)), 0) << any << protocol;
            EXPECT_EQ(error_of(at(one, number, protocol == "/udp" ? "/tcp" : "/udp")), 0);
        }
}

TEST_F(TakePort, AnotherAddressIsAnotherPort) {
    const std::uint16_t number = free_port();
    const auto port = take_port(at("127.0.0.1", number));
    ASSERT_TRUE(port.ok()) << port.error().what;

    EXPECT_EQ(error_of(at("127.0.0.2", number)), 0);
}

TEST_F(TakePort, ConnectionsOfAnEarlierRunDoNotKeepIt) {
    const Publish publish = at("127.0.0.1", free_port());
    {
        const auto port = take_port(publish);
        ASSERT_TRUE(port.ok()) << port.error().what;
        sys::Fd client = test::connected(test::address_of(port->get()));
        pollfd wait = {port->get(), POLLIN, 0};
        ASSERT_EQ(::poll(&wait, 1, 10000), 1);
        sys::Fd accepted(::accept4(port->get(), nullptr, nullptr, SOCK_CLOEXEC));
        ASSERT_TRUE(accepted);
        accepted.reset(); // who closes first has the TIME_WAIT, here the side of the port
        char none = 0;
        wait = {client.get(), POLLIN, 0};
        ASSERT_EQ(::poll(&wait, 1, 10000), 1);
        ASSERT_EQ(::read(client.get(), &none, 1), 0);
    }

    EXPECT_EQ(error_of(publish), 0);
}

TEST_F(TakePort, OneThatIsInUseNamesItsOwner) {
    for (const std::string protocol : {"/tcp", "/udp"}) {
        sys::Fd socket = socket_at("127.0.0.1", 0, protocol == "/tcp" ? SOCK_STREAM : SOCK_DGRAM);
        const std::uint16_t number = test::number_of(socket);
        const Process owner;
        socket.reset();

        for (const std::string address : {"127.0.0.1", "0.0.0.0"}) {
            const sdk::Error error = refusal_of(at(address, number, protocol));

            EXPECT_EQ(error.error_number, EADDRINUSE);
            EXPECT_TRUE(says(error.what, "(pid " + std::to_string(owner.pid()) + ")"))
                << error.what;
            EXPECT_TRUE(says(error.what, address + ":" + std::to_string(number))) << error.what;
            EXPECT_EQ(error.what.rfind("--publish " + address, 0), 0U) << error.what;
            EXPECT_TRUE(says(error.hint, ":80")) << error.hint;
        }
    }
}

TEST_F(TakePort, OneThatIsInNoListIsInUseWithoutAName) {
    // Bound and not listening: it is in no list of the kernel.
    const sys::Fd socket = test::bound(AF_INET, SOCK_STREAM);

    const sdk::Error error = refusal_of(at("127.0.0.1", test::number_of(socket)));

    EXPECT_EQ(error.error_number, EADDRINUSE);
    EXPECT_TRUE(says(error.what, "in use")) << error.what;
    EXPECT_FALSE(says(error.what, "pid")) << error.what;
}

TEST_F(TakePort, AnAddressThatIsNotTheHostsIsNamed) {
    for (const std::string address :
         {"192.0.2.99", "2001:db8:113::99", "0.0.0.1", "127.255.255.255"})
        for (const std::string protocol : {"/tcp", "/udp"}) {
            const sdk::Error error = refusal_of(at(address, free_port(), protocol));

            EXPECT_EQ(error.error_number, EADDRNOTAVAIL) << error.what;
            EXPECT_TRUE(says(error.what, address + " is no address of this host")) << error.what;
        }
}

TEST_F(TakePort, WithoutIpv6TheShortFormDoesWithoutIt) {
    if (!alone() || !OwnNetwork::write("/proc/sys/net/ipv6/conf/lo/disable_ipv6", "1"))
        GTEST_SKIP() << "needs a network namespace";
    const auto both = published("8080:80");
    ASSERT_EQ(both.size(), 2U);

    EXPECT_EQ(error_of(both[0]), 0);
    EXPECT_TRUE(may_be_left_out(both[1], refusal_of(both[1])));
    const Publish named = at("::1", 8080);
    EXPECT_FALSE(may_be_left_out(named, refusal_of(named))) << "who says ::1 means it";
}

TEST_F(TakePort, AFamilyThatTheHostDoesNotHaveIsNamed) {
    Publish publish = published("8080:80").at(1);
    publish.address.family = AF_ASH; // of no kernel: as AF_INET6 is with ipv6.disable=1

    const sdk::Error error = refusal_of(publish);

    EXPECT_EQ(error.error_number, EAFNOSUPPORT) << error.what;
    EXPECT_TRUE(says(error.what, "IPv6")) << error.what;
}

TEST_F(TakePort, APortThatIsRootsSaysSo) {
    if (!alone() || ::geteuid() != 0)
        GTEST_SKIP() << "needs root";
    const pid_t child = ::fork();
    if (child == 0) {
        const bool given_up = ::setresuid(65534, 65534, 65534) == 0;
        const auto port = take_port(at("127.0.0.1", 80));
        ::_exit(given_up && !port.ok() && port.error().error_number == EACCES &&
                        says(port.error().hint, "root")
                    ? 0
                    : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

TEST(MayBeLeftOut, OnlyIpv6ThatNobodyNamedAndThatIsNotThere) {
    const auto both = published("8080:80");
    sdk::Error error = sdk::fail("");

    for (const int absent : {EAFNOSUPPORT, EADDRNOTAVAIL}) {
        error.error_number = absent;
        EXPECT_FALSE(may_be_left_out(both.at(0), error));
        EXPECT_TRUE(may_be_left_out(both.at(1), error));
        EXPECT_FALSE(may_be_left_out(published("[::1]:8080:80").front(), error));
    }
    for (const int other : {0, EADDRINUSE, EACCES, EMFILE}) {
        error.error_number = other;
        EXPECT_FALSE(may_be_left_out(both.at(1), error)) << other;
    }
}

} // namespace microbox::net
