// SPDX-License-Identifier: MIT
// The plan of a run on the bridge, and what its options come to.
#include "closed.hpp"
#include "settings.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/fragment_text.hpp"
#include "words.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include <arpa/inet.h>

namespace microbox::net_bridge {

namespace {

using tests::FakeHost;
using tests::plan_on;
using tests::refusal;
using tests::request_with;

std::string resolv_conf(const FakeHost& host, std::vector<std::string> dns = {}) {
    const auto planned =
        plan_on(host, dns.empty() ? request_with() : request_with({{"dns", std::move(dns)}}));
    if (!planned.ok())
        return planned.error().what;
    for (const sdk::PlacedStep& placed : planned->steps)
        if (const auto* file = std::get_if<sdk::File>(&placed.step))
            return file->content;
    return "no file";
}

bool is_closed(const std::string& address) {
    Address one;
    one.family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
    // Not parse_address(), which takes no mapped one.
    EXPECT_EQ(::inet_pton(one.family, address.c_str(), one.bytes.data()), 1) << address;
    const std::vector<Network> all = one.family == AF_INET ? closed4() : closed6();
    return std::any_of(
        all.begin(), all.end(), [&](const Network& network) { return network.contains(one); });
}

} // namespace

TEST(NetBridgePlan, HasLoopbackPingAndResolvers) {
    FakeHost host;
    host.file("/etc/resolv.conf", "nameserver 192.0.2.1\n");

    const auto planned = plan_on(host, request_with());

    ASSERT_TRUE(planned.ok()) << planned.error().what;
    EXPECT_EQ(tests::fragment_text(*planned),
              "claim: network\n"
              "network: own\n"
              "assemble: file /etc/resolv.conf 0644 \"nameserver 192.0.2.1\\n\" [default: the "
              "host's /etc/resolv.conf]\n"
              "inside: link-up lo [default]\n"
              "inside: sysctl net/ipv4/ping_group_range = 0 65535 [default]\n"
              "info: eth0 has an address of 10.44.0.0/16 (--subnet) and one of a private IPv6 "
              "prefix; NAT to the internet\n");
}

TEST(NetBridgePlan, TakesTheHostsResolversButNotThoseOfItsLoopback) {
    FakeHost host;
    host.file("/etc/resolv.conf",
              "# comment\nsearch lan\nnameserver 127.0.0.53\nnameserver ::1\nnameserver "
              "fe80::1%eth0\nnameserver 192.0.2.1\n nameserver 2001:db8::1\nnameserver\n");

    EXPECT_EQ(resolv_conf(host), "nameserver 192.0.2.1\nnameserver 2001:db8::1\n");
}

TEST(NetBridgePlan, LooksBehindAResolverOnLoopback) {
    FakeHost host;
    host.file("/etc/resolv.conf", "nameserver 127.0.0.53\noptions edns0\n");
    host.file("/run/systemd/resolve/resolv.conf", "nameserver 192.0.2.7\n");

    EXPECT_EQ(resolv_conf(host), "nameserver 192.0.2.7\n");
}

TEST(NetBridgePlan, HasPublicResolversWhereTheHostHasNone) {
    EXPECT_EQ(resolv_conf(FakeHost()), "nameserver 8.8.8.8\nnameserver 8.8.4.4\n");
}

TEST(NetBridgePlan, PrefersTheServersThatAreGiven) {
    FakeHost host;
    host.file("/etc/resolv.conf", "nameserver 192.0.2.1\n");

    EXPECT_EQ(resolv_conf(host, {"9.9.9.9"}), "nameserver 9.9.9.9\n");
}

TEST(Subnet, IsRefusedWhereNobodyCanHaveAnAddress) {
    for (const char* value : {"127.0.0.0/8",
                              "169.254.0.0/16",
                              "224.0.0.0/8",
                              "240.0.0.0/8",
                              "0.0.0.0/8",
                              "10.0.0.0/7",
                              "10.9.9.8/31",
                              "10.9.9.9/32",
                              "fd00:1::/64"})
        EXPECT_NE(refusal(FakeHost(), request_with({{"subnet", {value}}})).find(value),
                  std::string::npos)
            << value;
}

TEST(Subnet, GivesEveryAddressButThree) {
    const Network small = *parse_network("10.99.0.0/30", "test");

    EXPECT_EQ(to_text(gateway_of(small)), "10.99.0.1");
    EXPECT_EQ(to_text(ipv4(numbers_of(small).first)), "10.99.0.2");
    EXPECT_EQ(numbers_of(small).count, 1U);
    EXPECT_EQ(numbers_of(*parse_network("10.44.0.0/16", "test")).count, 65533U);
}

TEST(Closed, IsWhatIsNotTheInternet) {
    for (const char* address : {"10.0.0.1",
                                "172.16.0.1",
                                "172.31.255.255",
                                "192.168.1.1",
                                "100.64.0.1",
                                "169.254.169.254",
                                "127.0.0.1",
                                "0.0.0.0",
                                "224.0.0.1",
                                "255.255.255.255",
                                "::1",
                                "::",
                                "fe80::1",
                                "fc00::1",
                                "fd00:ec2::254",
                                "ff02::1",
                                "::ffff:169.254.169.254",
                                "2002:a00:1::1",
                                "64:ff9b::169.254.169.254",
                                "64:ff9b::10.0.0.1",
                                "64:ff9b:1::1"})
        EXPECT_TRUE(is_closed(address)) << address;
}

TEST(Closed, IsNotTheInternet) {
    for (const char* address : {"1.1.1.1",
                                "172.32.0.1",
                                "100.128.0.1",
                                "169.253.0.1",
                                "192.169.0.1",
                                "11.0.0.1",
                                "223.255.255.255",
                                "2001:4860:4860::8888",
                                "2606:4700::1111",
                                "64:ff9b::1.1.1.1"})
        EXPECT_FALSE(is_closed(address)) << address;
}

} // namespace microbox::net_bridge
