// SPDX-License-Identifier: MIT
// The grammar of --ulimit and the reading of /proc/PID/limits.
#include "kernel_limits.hpp"
#include "ulimit.hpp"

#include <microbox/sys/file.hpp>

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include <sys/resource.h>

namespace {

using namespace microbox;
using limit_rlimit::find_resource;
using limit_rlimit::limit_of;
using limit_rlimit::parse_ulimit;

void expect_limit(const std::string& text, int resource, std::uint64_t soft, std::uint64_t hard) {
    auto limit = parse_ulimit(text, "--ulimit");
    ASSERT_TRUE(limit.ok()) << limit.error().what;
    EXPECT_EQ(limit->resource, resource) << text;
    EXPECT_EQ(limit->soft, soft) << text;
    EXPECT_EQ(limit->hard, hard) << text;
}

TEST(Ulimit, SoftAndHardAreRead) {
    expect_limit("nofile=1024:4096", RLIMIT_NOFILE, 1024, 4096);
    expect_limit("nproc=100", RLIMIT_NPROC, 100, 100);
    expect_limit("core=0:0", RLIMIT_CORE, 0, 0);
    expect_limit("cpu=0:unlimited", RLIMIT_CPU, 0, UINT64_MAX);
}

TEST(Ulimit, UnlimitedHasThreeSpellings) {
    for (const char* word : {"unlimited", "infinity", "-1"})
        expect_limit(std::string("as=") + word, RLIMIT_AS, UINT64_MAX, UINT64_MAX);
}

TEST(Ulimit, SizesAreForByteLimitsOnly) {
    expect_limit("stack=64M:1GiB", RLIMIT_STACK, 64U << 20U, 1U << 30U);
    expect_limit("msgqueue=1.5K", RLIMIT_MSGQUEUE, 1536, 1536);
    EXPECT_FALSE(parse_ulimit("nofile=1K", "--ulimit").ok());
}

TEST(Ulimit, LargeNumbersKeepTheirLastDigit) {
    expect_limit(
        "fsize=4611686018427387903", RLIMIT_FSIZE, 4611686018427387903U, 4611686018427387903U);
}

TEST(Ulimit, MalformedValuesAreRefused) {
    for (const char* text : {"",
                             "=",
                             "=1",
                             "nofile",
                             "nofile=",
                             "nofile=:",
                             "nofile=1:",
                             "nofile=:1",
                             "nofile=-2",
                             "nofile=1:2:3",
                             "nofile=1.5",
                             "nofile= 1",
                             "nofile=many",
                             "nofile=99999999999999999999",
                             "stack=9999999999999T",
                             "stack=-1M",
                             "NOFILE=1",
                             "RLIMIT_NOFILE=1"})
        EXPECT_FALSE(parse_ulimit(text, "--ulimit").ok()) << "'" << text << "'";
}

TEST(Ulimit, SoftAboveHardIsRefused) {
    auto limit = parse_ulimit("nofile=unlimited:5", "--ulimit");
    ASSERT_FALSE(limit.ok());
    EXPECT_EQ(limit.error().what,
              "--ulimit nofile: the soft limit unlimited is above the hard limit 5");
}

TEST(Ulimit, UnknownNameHasTheNearest) {
    auto limit = parse_ulimit("nofiles=5", "profile ci");
    ASSERT_FALSE(limit.ok());
    EXPECT_EQ(limit.error().what, "profile ci: unknown resource 'nofiles', did you mean nofile?");
    EXPECT_NE(limit.error().hint.find("sigpending"), std::string::npos);
}

TEST(KernelLimits, EveryResourceIsInTheKernelsOwnAccount) {
    auto text = sys::read_file("/proc/self/limits");
    ASSERT_TRUE(text.ok());
    ASSERT_EQ(limit_rlimit::resources().size(), static_cast<std::size_t>(RLIM_NLIMITS));
    for (const auto& resource : limit_rlimit::resources()) {
        struct rlimit own {};

        ASSERT_EQ(::getrlimit(static_cast<__rlimit_resource>(resource.number), &own), 0);
        const auto found = limit_of(*text, resource);
        ASSERT_TRUE(found) << resource.name;
        EXPECT_EQ(found->soft, own.rlim_cur) << resource.name;
        EXPECT_EQ(found->hard, own.rlim_max) << resource.name;
    }
}

TEST(KernelLimits, WhatIsNotALimitIsNothing) {
    const auto& nofile = *find_resource("nofile");
    EXPECT_FALSE(limit_of("", nofile));
    EXPECT_FALSE(limit_of("Max open files", nofile));
    EXPECT_FALSE(limit_of("Max open files  12", nofile));
    EXPECT_FALSE(limit_of("Max open files  twelve 13 files\n", nofile));
    EXPECT_TRUE(limit_of("x\nMax open files  12 13 files", nofile));
}

} // namespace
