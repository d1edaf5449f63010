// SPDX-License-Identifier: MIT
#include "settings.hpp"
#include "tests/support/fake_host.hpp"

#include <string>
#include <variant>

#include <gtest/gtest.h>

namespace microbox::net_pasta {

namespace {

using tests::FakeHost;
using tests::plan_on;
using tests::refusal;
using tests::request_with;

sdk::PathFact tun(std::uint32_t mode) {
    sdk::PathFact fact;
    fact.exists = true;
    fact.type = sdk::PathFact::Type::device;
    fact.mode = mode;
    return fact;
}

/// With passt installed, and a resolver.
FakeHost usual(const std::string& resolvers = "nameserver 198.51.100.53\n") {
    FakeHost host;
    sdk::PathFact program;
    program.exists = true;
    program.link = "/usr/bin/pasta";
    host.put(FakeHost::Kind::helper, program_name, program);
    host.put(FakeHost::Kind::path, tun_device, tun(0666));
    host.file("/etc/resolv.conf", resolvers);
    return host;
}

std::string resolv_conf(const FakeHost& host, const sdk::Request& request) {
    const auto planned = plan_on(host, request);
    if (!planned.ok())
        return planned.error().what;
    for (const sdk::PlacedStep& placed : planned->steps)
        if (const auto* file = std::get_if<sdk::File>(&placed.step);
            file != nullptr && file->path == "/etc/resolv.conf")
            return file->content;
    return "no /etc/resolv.conf";
}

bool says(const std::string& text, const std::string& word) {
    return text.find(word) != std::string::npos;
}

} // namespace

TEST(NetPastaPlan, IsANetworkOfItsOwnThatNeedsNoRoot) {
    sdk::Request request = request_with();
    request.privileged = false;

    const auto planned = plan_on(usual(), request);

    ASSERT_TRUE(planned.ok()) << planned.error().what;
    EXPECT_EQ(planned->own_network, true);
    EXPECT_EQ(planned->claims, std::vector<std::string>{"network"});
    for (const sdk::Notice& notice : planned->notices)
        EXPECT_EQ(notice.kind, sdk::Notice::Kind::info) << notice.text;
}

TEST(NetPastaPlan, WithoutTheProgramThePackageIsNamed) {
    FakeHost host;
    host.put(FakeHost::Kind::path, tun_device, tun(0666));
    const auto planned = plan_on(host, request_with());

    ASSERT_FALSE(planned.ok());
    EXPECT_TRUE(says(planned.error().what, "pasta")) << planned.error().what;
    EXPECT_TRUE(says(planned.error().hint, "passt")) << planned.error().hint;
    EXPECT_EQ(planned.error().exit_code, 125);
}

TEST(NetPastaPlan, TheDeviceMustBeThereAndOpenToUsersForThem) {
    FakeHost host = usual();
    host.refuse(FakeHost::Kind::path, tun_device, ENOENT);
    EXPECT_TRUE(says(refusal(host, request_with()), "no /dev/net/tun"));

    host.put(FakeHost::Kind::path, tun_device, tun(0600));
    sdk::Request request = request_with();
    request.privileged = false;
    EXPECT_TRUE(says(refusal(host, request), "may not be opened by users"));
    request.privileged = true;
    EXPECT_TRUE(plan_on(host, request).ok()) << "root gives pasta a device of its own";
}

TEST(NetPastaPlan, ServersOfNames) {
    EXPECT_EQ(resolv_conf(usual(), request_with()), "nameserver 198.51.100.53\n");
    EXPECT_EQ(resolv_conf(usual(), request_with({{"dns", {"9.9.9.9"}}})), "nameserver 9.9.9.9\n");
    EXPECT_EQ(resolv_conf(usual("nameserver 127.0.0.1\nnameserver 192.168.1.1\n"), request_with()),
              "nameserver 192.168.1.1\n");
    FakeHost resolved = usual("nameserver 127.0.0.53\n");
    resolved.file("/run/systemd/resolve/resolv.conf", "nameserver 192.168.1.1\n");
    EXPECT_EQ(resolv_conf(resolved, request_with()), "nameserver 192.168.1.1\n");
    EXPECT_EQ(resolv_conf(usual(""), request_with()), "nameserver 8.8.8.8\nnameserver 8.8.4.4\n");
}

TEST(NetPastaPlan, ServersOnTheHostsLoopbackAloneAreAskedByTheRouter) {
    EXPECT_EQ(resolv_conf(usual("nameserver 127.0.0.53\n"), request_with()),
              "nameserver 192.0.0.1\n");
    EXPECT_EQ(resolv_conf(usual("nameserver ::1\n"), request_with()), "nameserver 192.0.0.1\n");
    EXPECT_EQ(resolv_conf(usual("nameserver 127.0.0.53\n"), request_with({{"dns", {"9.9.9.9"}}})),
              "nameserver 9.9.9.9\n");
}

TEST(NetPastaPlan, BadOptionsAreNamed) {
    EXPECT_TRUE(says(refusal(usual(), request_with({{"publish", {"80"}}})), "--publish: '80'"));
    EXPECT_TRUE(says(refusal(usual(), request_with({{"publish", {"0:80"}}})), "0"));
    EXPECT_TRUE(
        says(refusal(usual(), request_with({{"net-allow", {"10.0.0.1/8"}}})), "10.0.0.0/8"));
    EXPECT_TRUE(says(refusal(usual(), request_with({{"dns", {"one.one.one.one"}}})), "IP address"));
}

} // namespace microbox::net_pasta
