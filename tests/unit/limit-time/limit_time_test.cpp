// SPDX-License-Identifier: MIT
// limit-time: grammar of its options, the two deadlines and what they do.
#include "tests/support/fake_session.hpp"
#include "tests/support/plugin_under_test.hpp"

#include <chrono>
#include <csignal>
#include <vector>

#include <gtest/gtest.h>

namespace {

using namespace microbox;
using namespace std::chrono_literals;
using test::give;

TEST(LimitTime, NothingIsClaimedOrWatchedWithoutTimeout) {
    auto plugin = test::make_plugin();
    auto fragment = plugin->plan(test::default_request(), {});
    ASSERT_TRUE(fragment.ok());
    EXPECT_TRUE(fragment->claims.empty());
    EXPECT_TRUE(fragment->steps.empty());
    test::FakeSession session;
    test::FakeReport report;
    ASSERT_TRUE(plugin->running(session).ok());
    plugin->exited(session, report);
    EXPECT_TRUE(session.timers.empty());
    EXPECT_TRUE(report.limits.empty());
}

TEST(LimitTime, TermComesAtTheTimeoutAndTheEndAfterTheGrace) {
    auto request = test::default_request();
    give(request, "timeout", "1.5");
    auto plugin = test::make_plugin();
    auto fragment = plugin->plan(request, {});
    ASSERT_TRUE(fragment.ok());
    EXPECT_EQ(fragment->claims, std::vector<std::string>{"limit.time"});

    test::FakeSession session;
    ASSERT_TRUE(plugin->running(session).ok());
    ASSERT_EQ(session.timers.size(), 2U);
    EXPECT_EQ(session.timers[0].delay, 1500ms);
    EXPECT_EQ(session.timers[1].delay, 3500ms);

    ASSERT_TRUE(session.timers[0].call(session).ok());
    EXPECT_EQ(session.signals, std::vector<int>{SIGTERM});
    EXPECT_EQ(session.marked, sdk::EndReason::timeout);
    EXPECT_FALSE(session.ended);
    ASSERT_TRUE(session.timers[1].call(session).ok());
    EXPECT_EQ(session.ended, sdk::EndReason::timeout);

    test::FakeReport report;
    plugin->exited(session, report);
    EXPECT_EQ(report.limits["timeout_seconds"], "1.5");
}

TEST(LimitTime, GraceIsConfigurable) {
    auto request = test::default_request();
    give(request, "timeout", "1m");
    give(request, "timeout-grace", "250ms");
    auto plugin = test::make_plugin();
    ASSERT_TRUE(plugin->plan(request, {}).ok());
    test::FakeSession session;
    ASSERT_TRUE(plugin->running(session).ok());
    ASSERT_EQ(session.timers.size(), 2U);
    EXPECT_EQ(session.timers[1].delay, 60250ms);
}

TEST(LimitTime, WrongDurationsAreRefusedByNameOfTheOption) {
    for (const char* option : {"timeout", "timeout-grace"}) {
        for (const char* value :
             {"", "0", "-1", "-5s", "soon", "1w", "1 s", "s", "1e3", "99999999999999999999d"}) {
            auto request = test::default_request();
            give(request, "timeout", "1s");
            request.options[option] = {{value, std::string("--") + option, false}};
            auto fragment = test::make_plugin()->plan(request, {});
            ASSERT_FALSE(fragment.ok()) << option << " '" << value << "'";
            EXPECT_EQ(
                fragment.error().what.rfind("--" + std::string(option) + ": '" + value + "'", 0),
                0U)
                << fragment.error().what;
        }
    }
}

TEST(LimitTime, GraceAloneIsRefused) {
    auto request = test::default_request();
    give(request, "timeout-grace", "1s");
    EXPECT_FALSE(test::make_plugin()->plan(request, {}).ok());
}

TEST(LimitTime, NeitherOptionIsRepeatable) {
    for (std::size_t i = 0; i < microbox_plugin.option_count; ++i)
        EXPECT_EQ(microbox_plugin.options[i].repeatable, 0) << microbox_plugin.options[i].name;
}

} // namespace
