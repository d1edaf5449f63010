// SPDX-License-Identifier: MIT
#include "network_namespace.hpp"

#include <cerrno>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace microbox::net {

namespace {

std::uint64_t network_of_thread() {
    struct stat seen {};

    ::stat("/proc/thread-self/ns/net", &seen);
    return seen.st_ino;
}

sys::Fd own_network() {
    return sys::Fd(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
}

} // namespace

TEST(NetworkNamespace, WhatIsNoNetworkIsNotEntered) {
    const sys::Fd file(::open("/proc/self/status", O_RDONLY | O_CLOEXEC));
    bool visited = false;

    const auto result = within(file.get(), [&]() -> sdk::Result<void> {
        visited = true;
        return {};
    });

    EXPECT_FALSE(result.ok());
    EXPECT_FALSE(visited);
    EXPECT_FALSE(socket_in(file.get(), AF_INET, SOCK_STREAM, 0));
    EXPECT_NE(errno, 0);
}

TEST(NetworkNamespace, AVisitLeavesTheCallerWhereItIs) {
    if (::geteuid() != 0)
        GTEST_SKIP() << "needs root";
    const sys::Fd before = own_network();
    const auto here = network_of_thread();
    ASSERT_EQ(::unshare(CLONE_NEWNET), 0);
    const auto there = network_of_thread();
    const sys::Fd other = own_network();
    ASSERT_EQ(::setns(before.get(), CLONE_NEWNET), 0);
    std::uint64_t seen = 0;

    const auto result = within(other.get(), [&]() -> sdk::Result<void> {
        seen = network_of_thread();
        return sdk::fail("of the visit");
    });

    EXPECT_EQ(result.error().what, "of the visit");
    EXPECT_EQ(seen, there);
    EXPECT_NE(there, here);
    EXPECT_EQ(network_of_thread(), here);
    EXPECT_THROW(
        static_cast<void>(
            within(other.get(), []() -> sdk::Result<void> { throw std::runtime_error("thrown"); })),
        std::runtime_error);
}

} // namespace microbox::net
