// SPDX-License-Identifier: MIT
// What --net none plans, and which name servers it refuses.
#include "tests/support/fake_host.hpp"
#include "tests/support/fragment_text.hpp"

#include <gtest/gtest.h>

namespace microbox::tests {

namespace {

std::string refused_dns(std::vector<std::string> servers) {
    return refusal(FakeHost{}, request_with({{"dns", std::move(servers)}}));
}

} // namespace

TEST(NetNone, PlansLoopbackAndPublicResolvers) {
    const auto planned = plan_on(FakeHost{}, request_with());

    ASSERT_TRUE(planned.ok());
    EXPECT_EQ(fragment_text(*planned),
              "claim: network\n"
              "network: own\n"
              "assemble: file /etc/resolv.conf 0644 "
              "\"nameserver 8.8.8.8\\nnameserver 8.8.4.4\\n\" [default]\n"
              "inside: link-up lo [default]\n"
              "inside: sysctl net/ipv4/ping_group_range = 0 65535 [default]\n");
}

TEST(NetNone, ReplacesTheDefaultByWhatIsGiven) {
    const auto planned =
        plan_on(FakeHost{}, request_with({{"dns", {"9.9.9.9", "2620:fe::fe,149.112.112.112"}}}));

    ASSERT_TRUE(planned.ok());
    EXPECT_NE(fragment_text(*planned).find("\"nameserver 9.9.9.9\\nnameserver 2620:fe::fe\\n"
                                           "nameserver 149.112.112.112\\n\" [--dns]"),
              std::string::npos);
}

TEST(NetNone, RefusesWhatIsNoAddress) {
    for (const char* wrong :
         {"8.8.8", "dns.example.org", "", "8.8.8.8 ", "-1", "256.1.1.1", "1.1.1.1:53", "::g"}) {
        const std::string what = refused_dns({wrong});
        EXPECT_EQ(what, "--dns: '" + std::string(wrong) + "' is not an IP address");
    }
    EXPECT_NE(refused_dns({std::string("1.1.1.1\0x", 9)}), "");
    EXPECT_EQ(refused_dns({"1.1.1.1\nsearch evil"}),
              "--dns: '1.1.1.1\nsearch evil' is not an IP address");
    EXPECT_EQ(refused_dns({"1.1.1.1,"}), "--dns: '' is not an IP address");
}

TEST(NetNone, RefusesTheFourthServer) {
    EXPECT_TRUE(
        plan_on(FakeHost{}, request_with({{"dns", {"1.1.1.1", "1.1.1.2", "1.1.1.3"}}})).ok());
    EXPECT_NE(
        refused_dns({"1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4"}).find("1.1.1.4 is one too many"),
        std::string::npos);
}

TEST(NetNone, RefusesAServerTwice) {
    EXPECT_EQ(refused_dns({"1.1.1.1", "1.1.1.1"}), "--dns: 1.1.1.1 is given twice");
}

} // namespace microbox::tests
