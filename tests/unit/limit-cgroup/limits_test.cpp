// SPDX-License-Identifier: MIT
// The grammar of --cpus, --memory and --pids.
#include "limits.hpp"
#include "tests/support/plugin_under_test.hpp"

#include <string>

#include <gtest/gtest.h>

namespace {

using namespace microbox;
using limit_cgroup::parse_limits;
using test::give;

sdk::Request with(const std::string& option, const std::string& value) {
    auto request = test::default_request();
    give(request, option, value);
    return request;
}

TEST(CgroupLimits, DefaultsAreOneProcessorOneGigabyteAnd512) {
    auto limits = parse_limits(test::default_request(), "0-3\n");
    ASSERT_TRUE(limits.ok()) << limits.error().what;
    EXPECT_EQ(limits->cpu_quota_us, 100000U);
    EXPECT_EQ(limits->memory_bytes, std::uint64_t{1} << 30U);
    EXPECT_EQ(limits->pids, 512U);
    EXPECT_EQ(limits->cpu_source, "default");
}

TEST(CgroupLimits, ProcessorsAreFractions) {
    const struct {
        const char* text;
        std::uint64_t quota;
    } cases[] = {{"0.01", 1000}, {"0.5", 50000}, {"1.25", 125000}, {"3", 300000}, {"4.0", 400000}};

    for (const auto& c : cases) {
        auto limits = parse_limits(with("cpus", c.text), "0-3\n");
        ASSERT_TRUE(limits.ok()) << c.text;
        EXPECT_EQ(limits->cpu_quota_us, c.quota) << c.text;
        EXPECT_EQ(limits->cpu_source, "--cpus");
    }
}

TEST(CgroupLimits, MoreProcessorsThanTheHostHasNamesHowMany) {
    auto limits = parse_limits(with("cpus", "4.01"), "0-2,5\n");
    ASSERT_FALSE(limits.ok());
    EXPECT_EQ(limits.error().what, "--cpus: '4.01' is more than the host has: 4");
    EXPECT_TRUE(parse_limits(with("cpus", "4"), "0-2,5\n").ok());
}

TEST(CgroupLimits, WrongProcessorsAreRefused) {
    for (const char* value : {"",
                              "0",
                              "0.0",
                              "0.009",
                              "-1",
                              "-0.5",
                              "+1",
                              "1e1",
                              "nan",
                              "inf",
                              "1.",
                              ".5",
                              "1,5",
                              "two",
                              "1 ",
                              "1.5.2",
                              "0x1",
                              "99999999999999999999999"})
        EXPECT_FALSE(parse_limits(with("cpus", value), "0-3\n").ok()) << "'" << value << "'";
    EXPECT_FALSE(parse_limits(with("cpus", "99999999999999999999999"), "").ok());
}

TEST(CgroupLimits, WrongMemoryIsRefused) {
    for (const char* value : {"",
                              "0",
                              "-1",
                              "-1GB",
                              "1",
                              "3.9M",
                              "lots",
                              "1X",
                              "1 GB",
                              "1GBB",
                              "G",
                              "99999999999999999999T",
                              "1e9"})
        EXPECT_FALSE(parse_limits(with("memory", value), "0-3\n").ok()) << "'" << value << "'";
    EXPECT_TRUE(parse_limits(with("memory", "4M"), "0-3\n").ok());
    EXPECT_TRUE(parse_limits(with("memory", "1T"), "0-3\n").ok());
}

TEST(CgroupLimits, WrongPidsAreRefused) {
    for (const char* value :
         {"", "0", "1", "-1", "1.5", "max", "unlimited", "4194305", "99999999999999999999"})
        EXPECT_FALSE(parse_limits(with("pids", value), "0-3\n").ok()) << "'" << value << "'";
    EXPECT_TRUE(parse_limits(with("pids", "2"), "0-3\n").ok());
    EXPECT_TRUE(parse_limits(with("pids", "4194304"), "0-3\n").ok());
}

TEST(CgroupLimits, NoOptionIsRepeatable) {
    ASSERT_EQ(microbox_plugin.option_count, 8U);
    for (std::size_t i = 0; i < microbox_plugin.option_count; ++i)
        EXPECT_EQ(microbox_plugin.options[i].repeatable, 0) << microbox_plugin.options[i].name;
}

TEST(CgroupLimits, ProcessorListsAreCounted) {
    EXPECT_EQ(limit_cgroup::count_processors("0\n"), 1U);
    EXPECT_EQ(limit_cgroup::count_processors("0-1\n"), 2U);
    EXPECT_EQ(limit_cgroup::count_processors("0-3,6,8-9\n"), 7U);
    for (const char* wrong : {"", "\n", "3-1", "a", "0-", "0;1", "0-99999999999"})
        EXPECT_EQ(limit_cgroup::count_processors(wrong), 0U) << wrong;
}

TEST(CgroupLimits, ProcessorsAreReportedAsSaid) {
    EXPECT_EQ(limit_cgroup::cpus_text(100000), "1");
    EXPECT_EQ(limit_cgroup::cpus_text(50000), "0.5");
    EXPECT_EQ(limit_cgroup::cpus_text(1000), "0.01");
}

} // namespace
