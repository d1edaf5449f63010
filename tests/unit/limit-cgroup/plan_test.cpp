// SPDX-License-Identifier: MIT
// Golden fragments of limit-cgroup, and what doctor is told.
#include "hosts.hpp"
#include "tests/support/plugin_under_test.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sched.h>

namespace {

using namespace microbox;
using test::give;

const std::vector<std::string> claims = {"limit.cpu", "limit.memory", "limit.pids"};

TEST(CgroupPlan, OnV1TheChildMovesItselfAndThenMakesItsNamespace) {
    auto request = test::default_request();
    give(request, "memory", "64M");
    auto fragment = test::make_plugin()->plan(request, test::hybrid_host());
    ASSERT_TRUE(fragment.ok()) << fragment.error().what;
    EXPECT_EQ(fragment->claims, claims);
    EXPECT_EQ(fragment->memory_bytes, 64U << 20U);
    EXPECT_FALSE(fragment->birth_cgroup);
    ASSERT_EQ(fragment->slots.size(), 3U);
    ASSERT_EQ(fragment->steps.size(), 4U);
    const char* names[] = {"limit-cgroup.cpu", "limit-cgroup.memory", "limit-cgroup.pids"};
    const char* sources[] = {"default", "--memory", "default"};
    for (std::size_t i = 0; i < 3; ++i) {
        const auto* write = std::get_if<sdk::WriteDescriptor>(&fragment->steps[i].step);
        ASSERT_NE(write, nullptr);
        EXPECT_EQ(write->content, "0");
        EXPECT_EQ(write->slot.name, names[i]);
        EXPECT_EQ(fragment->slots[i].name, names[i]);
        EXPECT_EQ(fragment->steps[i].stage, sdk::Stage::enter);
        EXPECT_EQ(fragment->steps[i].source, sources[i]);
    }
    const auto* unshare = std::get_if<sdk::Unshare>(&fragment->steps[3].step);
    ASSERT_NE(unshare, nullptr);
    EXPECT_EQ(unshare->types, CLONE_NEWCGROUP);
    EXPECT_EQ(fragment->steps[3].stage, sdk::Stage::enter);
}

TEST(CgroupPlan, OnV2TheChildIsBornInTheCgroup) {
    auto fragment = test::make_plugin()->plan(test::default_request(), test::v2_host());
    ASSERT_TRUE(fragment.ok()) << fragment.error().what;
    EXPECT_EQ(fragment->claims, claims);
    EXPECT_TRUE(fragment->steps.empty());
    ASSERT_EQ(fragment->slots.size(), 1U);
    ASSERT_TRUE(fragment->birth_cgroup);
    EXPECT_EQ(fragment->birth_cgroup->name, "limit-cgroup.directory");
    EXPECT_EQ(fragment->slots[0].name, fragment->birth_cgroup->name);
}

TEST(CgroupPlan, NothingIsPlannedWithoutAllControllers) {
    EXPECT_FALSE(
        test::make_plugin()->plan(test::default_request(), test::v2_host("cpu memory\n")).ok());
    EXPECT_FALSE(test::make_plugin()->plan(test::default_request(), {}).ok());
}

TEST(CgroupPlan, AskingEndsAfterTwoRounds) {
    auto plugin = test::make_plugin();
    sdk::Facts facts;
    const auto first = plugin->ask(test::default_request(), facts);
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(first[0].subject, "/proc/self/mountinfo");
    EXPECT_EQ(first[1].subject, "/sys/devices/system/cpu/online");
    const auto all = test::v2_host();
    for (const auto& query : plugin->ask(test::default_request(), all))
        EXPECT_TRUE(all.has(query)) << query.subject;
}

TEST(CgroupPlan, DoctorNamesTheMissingControllerAndItsRemedy) {
    std::vector<std::string> missing;
    const auto facts = test::v2_host("cpu pids\n");
    for (const auto& requirement : test::make_plugin()->requirements()) {
        if (requirement.met(facts))
            continue;
        missing.push_back(requirement.need);
        EXPECT_NE(requirement.remedy.find("cgroup_enable=memory"), std::string::npos);
    }
    EXPECT_EQ(missing, std::vector<std::string>{"cgroup controller memory"});
}

TEST(CgroupPlan, DoctorIsContentWithEitherVersionAndNotWithNone) {
    for (const auto& requirement : test::make_plugin()->requirements()) {
        EXPECT_TRUE(requirement.met(test::hybrid_host())) << requirement.need;
        EXPECT_TRUE(requirement.met(test::v2_host())) << requirement.need;
        EXPECT_FALSE(requirement.met(sdk::Facts())) << requirement.need;
    }
}

} // namespace
