// SPDX-License-Identifier: MIT
// What limit-rlimit plans, refuses, verifies and reports.
#include "tests/support/fake_session.hpp"
#include "tests/support/plugin_under_test.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <unistd.h>

namespace {

using namespace microbox;
using test::give;

sdk::Facts facts_here() {
    sdk::PathFact fact;
    fact.exists = true;
    fact.text = "Limit                     Soft Limit           Hard Limit           Units     \n"
                "Max core file size        0                    unlimited            bytes     \n"
                "Max open files            1024                 4096                 files     \n";
    sdk::Facts facts;
    facts.put({sdk::FactQuery::Kind::text, "/proc/self/limits"}, fact);
    return facts;
}

TEST(RlimitPlan, DefaultIsNoCoreFilesAndAsksNothing) {
    auto plugin = test::make_plugin();
    EXPECT_TRUE(plugin->ask(test::default_request(), {}).empty());
    auto fragment = plugin->plan(test::default_request(), {});
    ASSERT_TRUE(fragment.ok());
    ASSERT_EQ(fragment->steps.size(), 1U);
    EXPECT_EQ(fragment->steps[0].stage, sdk::Stage::limits);
    EXPECT_EQ(fragment->steps[0].source, "default");
    const auto& limit = std::get<sdk::Rlimit>(fragment->steps[0].step);
    EXPECT_EQ(limit.resource, RLIMIT_CORE);
    EXPECT_EQ(limit.soft, 0U);
    EXPECT_EQ(limit.hard, 0U);
    EXPECT_EQ(fragment->claims, std::vector<std::string>{"limit.rlimit"});
}

TEST(RlimitPlan, NamedCoreReplacesTheDefault) {
    auto request = test::default_request();
    give(request, "ulimit", "core=unlimited");
    give(request, "ulimit", "nofile=4096");
    auto fragment = test::make_plugin()->plan(request, facts_here());
    ASSERT_TRUE(fragment.ok()) << fragment.error().what;
    ASSERT_EQ(fragment->steps.size(), 2U);
    EXPECT_EQ(std::get<sdk::Rlimit>(fragment->steps[0].step).soft, UINT64_MAX);
    EXPECT_EQ(fragment->steps[1].source, "--ulimit");
}

TEST(RlimitPlan, SameNameTwiceIsRefused) {
    auto request = test::default_request();
    give(request, "ulimit", "nofile=10");
    give(request, "ulimit", "nofile=10");
    auto fragment = test::make_plugin()->plan(request, facts_here());
    ASSERT_FALSE(fragment.ok());
    EXPECT_EQ(fragment.error().what, "--ulimit: nofile is given twice");
}

TEST(RlimitPlan, AboveTheCallersHardLimitIsRefused) {
    auto request = test::default_request();
    give(request, "ulimit", "nofile=1024:4097");
    auto fragment = test::make_plugin()->plan(request, facts_here());
    ASSERT_FALSE(fragment.ok());
    EXPECT_EQ(fragment.error().what,
              "--ulimit: nofile=4097 cannot be had, the hard limit here is 4096");
    request.isolated_ids = false;
    EXPECT_TRUE(test::make_plugin()->plan(request, facts_here()).ok());
    request.privileged = false;
    EXPECT_FALSE(test::make_plugin()->plan(request, facts_here()).ok());
}

TEST(RlimitPlan, VerifyComparesWithTheProcess) {
    struct rlimit own {};

    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &own), 0);
    const std::string both = std::to_string(own.rlim_cur) + ":" + std::to_string(own.rlim_max);

    struct rlimit core_before {};

    ASSERT_EQ(::getrlimit(RLIMIT_CORE, &core_before), 0);

    auto request = test::default_request();
    give(request, "ulimit", "nofile=" + both);
    give(request,
         "ulimit",
         "core=" +
             (core_before.rlim_cur == RLIM_INFINITY ? std::string("unlimited")
                                                    : std::to_string(core_before.rlim_cur)) +
             ":" +
             (core_before.rlim_max == RLIM_INFINITY ? std::string("unlimited")
                                                    : std::to_string(core_before.rlim_max)));
    auto plugin = test::make_plugin();
    ASSERT_TRUE(plugin->plan(request, {}).ok());
    test::FakeSession session;
    session.command = ::getpid();
    auto verified = plugin->verify(session);
    EXPECT_TRUE(verified.ok()) << verified.error().what;

    auto other = test::default_request();
    give(other, "ulimit", "nofile=1:2");
    ASSERT_TRUE(plugin->plan(other, {}).ok());
    auto wrong = plugin->verify(session);
    ASSERT_FALSE(wrong.ok());
    EXPECT_EQ(wrong.error().what, "the command's limit nofile is " + both + " instead of 1:2");

    test::FakeReport report;
    plugin->exited(session, report);
    EXPECT_EQ(report.limits["rlimit_nofile"], "1:2");
    EXPECT_EQ(report.limits["rlimit_core"], "0:0");
}

} // namespace
