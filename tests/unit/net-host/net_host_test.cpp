// SPDX-License-Identifier: MIT
// What --net host plans and says.
#include "tests/support/fake_host.hpp"
#include "tests/support/fragment_text.hpp"

#include <gtest/gtest.h>

namespace microbox::tests {

namespace {

constexpr const char* notice = "weakened: --net host: the sandbox sees the host's network, its "
                               "loopback services and abstract sockets\n";

} // namespace

TEST(NetHost, TakesTheHostsResolversAndSaysWhatItShares) {
    FakeHost host;
    host.file("/etc/resolv.conf", "search lan\nnameserver 10.0.0.1\n");

    const auto planned = plan_on(host, request_with());

    ASSERT_TRUE(planned.ok());
    EXPECT_EQ(fragment_text(*planned),
              std::string("claim: network\n"
                          "network: host's\n"
                          "assemble: file /etc/resolv.conf 0644 "
                          "\"search lan\\nnameserver 10.0.0.1\\n\" [default]\n") +
                  notice);
}

TEST(NetHost, PrefersTheServersThatAreGiven) {
    FakeHost host;
    host.file("/etc/resolv.conf", "nameserver 10.0.0.1\n");

    const auto planned = plan_on(host, request_with({{"dns", {"9.9.9.9"}}}));

    ASSERT_TRUE(planned.ok());
    EXPECT_NE(fragment_text(*planned).find("\"nameserver 9.9.9.9\\n\" [--dns]"), std::string::npos);
}

TEST(NetHost, BearsAHostWithoutResolvers) {
    const auto planned = plan_on(FakeHost{}, request_with());

    ASSERT_TRUE(planned.ok());
    EXPECT_NE(fragment_text(*planned).find("\"# the host names no resolver\\n\""),
              std::string::npos);
}

TEST(NetHost, RefusesWhatIsNoAddress) {
    EXPECT_EQ(refusal(FakeHost{}, request_with({{"dns", {"8.8.8"}}})),
              "--dns: '8.8.8' is not an IP address");
}

} // namespace microbox::tests
