// SPDX-License-Identifier: MIT
// Servers of names: of the option, of the host, in closed ranges and on the host's own loopback.
#include "tests/root/network-pasta/through_pasta.hpp"

#include <string>

namespace microbox::testing {

using NetPastaNames = ThroughPasta;

namespace {

constexpr const char* both = "198.51.100.10\n2001:db8:51::10\n";

} // namespace

TEST_F(NetPastaNames, TheServersOfTheOption) {
    lab().set_resolvers("nameserver 192.0.2.1\n");
    for (const char* const server : {lab::internet4, lab::internet6})
        EXPECT_EQ(ask({"--dns", server}, "resolve www.test"), both) << server;
}

TEST_F(NetPastaNames, TheResolversOfTheHostAreTheDefault) {
    const Outcome outcome = run_pasta({}, "cat /etc/resolv.conf; getent ahostsv4 www.test");

    EXPECT_EQ(outcome.out.rfind("nameserver 203.0.113.1\n198.51.100.10 ", 0), 0U)
        << outcome.describe();
}

TEST_F(NetPastaNames, AServerInAPrivateRangeIsOpenForNamesAlone) {
    lab().set_resolvers("nameserver 192.168.77.2\n");

    EXPECT_EQ(ask({}, "resolve www.test"), both);
    EXPECT_EQ(ask({}, "reach dns,192.168.77.2,53"), "dns,192.168.77.2,53 answer\n");
    expect_none_answers({}, {lab::private4, lab::private6});
    EXPECT_EQ(answered(ask({}, "reach tcp,192.168.77.2,80")), "");
    EXPECT_EQ(answered(ask({"--dns", "203.0.113.1"}, "reach dns,192.168.77.2,53")), "")
        << "of that sandbox alone";
}

TEST_F(NetPastaNames, AServerOnTheHostsOwnAddressIsOpenForNamesAlone) {
    Running server = lab().serve_on_host("host", {"peer:1000", "dns:53"});

    EXPECT_EQ(ask({"--dns", "203.0.113.2"}, "resolve www.test"), both);
    expect_none_answers({"--dns", "203.0.113.2"}, {lab::host4, lab::host_private4});
}

TEST_F(NetPastaNames, AServerOnTheHostsLoopbackIsAskedAndNothingElseThere) {
    Running server =
        lab().serve_on_host("host", {"dns:53@127.0.0.53", "peer:1000", "peer:5353@127.0.0.53"});
    lab().set_resolvers("nameserver 127.0.0.53\n");
    ASSERT_NE(answered(from_host("reach tcp,127.0.0.53,5353")), "");

    const Outcome outcome = run_pasta({}, "cat /etc/resolv.conf");
    EXPECT_EQ(outcome.out, "nameserver 192.0.0.1\n") << outcome.describe();
    EXPECT_EQ(ask({}, "resolve www.test"), both);
    EXPECT_EQ(ask({}, "reach dns,192.0.0.1,53"), "dns,192.0.0.1,53 answer\n") << "by TCP";
    expect_none_answers({}, {"192.0.0.1", "127.0.0.53", lab::host4});
    EXPECT_EQ(answered(ask({}, "reach tcp,192.0.0.1,5353 udp,192.0.0.1,5353")), "");
}

TEST_F(NetPastaNames, AServerOfNamesInTheSandboxHasThePortForItself) {
    Running server = lab().serve_on_host("host", {"dns:53@127.0.0.53"});
    lab().set_resolvers("nameserver 127.0.0.53\n");

    PastaBox box({"-p", "5353:53", "-p", "5353:53/udp"}, {"dns:53"});

    EXPECT_EQ(from_host("reach dns,127.0.0.1,5353"), "dns,127.0.0.1,5353 answer\n");
}

} // namespace microbox::testing
