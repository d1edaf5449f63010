// SPDX-License-Identifier: MIT
#include "core/log/log.hpp"

#include <regex>

#include <gtest/gtest.h>

namespace microbox::core {

namespace {

template <class Call>
std::string said(sdk::Level least, LogFormat format, Call&& call) {
    testing::internal::CaptureStderr();
    log_open(least, format);
    call();
    log_open(sdk::Level::error, LogFormat::text);
    return testing::internal::GetCapturedStderr();
}

} // namespace

TEST(Log, PrintsAnErrorWithItsHint) {
    EXPECT_EQ(said(sdk::Level::error,
                   LogFormat::text,
                   [] { log_error(sdk::fail("what is wrong", "what to do")); }),
              "microbox: what is wrong\nhint: what to do\n");
}

TEST(Log, KeepsQuietBelowItsLevel) {
    EXPECT_EQ(said(sdk::Level::error,
                   LogFormat::text,
                   [] {
                       log_line(sdk::Level::info, "net-x", "a");
                       log_line(sdk::Level::warning, "net-x", "b");
                   }),
              "");
}

TEST(Log, NamesThePlugin) {
    EXPECT_EQ(said(sdk::Level::warning,
                   LogFormat::text,
                   [] { PluginLog("net-x").write(sdk::Level::warning, "careful"); }),
              "microbox: warning: net-x: careful\n");
}

TEST(Log, AWeakenedProtectionIsSaidAtEveryLevel) {
    EXPECT_EQ(said(sdk::Level::error,
                   LogFormat::text,
                   [] {
                       log_notice({sdk::Notice::Kind::weakened, "ids of the host"}, "core");
                   }),
              "microbox: weakened: core: ids of the host\n");
}

TEST(Log, QuotesWhatOthersWrote) {
    EXPECT_EQ(said(sdk::Level::error,
                   LogFormat::text,
                   [] { log_error(sdk::fail("no '\x1b[2J'", "see\r\nthere")); }),
              "microbox: no '\\x1b[2J'\nhint: see\\x0d\\x0athere\n");
}

TEST(Log, PercentSignsAreNoFormat) {
    EXPECT_EQ(said(sdk::Level::error, LogFormat::text, [] { log_error(sdk::fail("100%v {} %s")); }),
              "microbox: 100%v {} %s\n");
}

TEST(Log, AJsonLineHasTimeLevelMessageAndPlugin) {
    const std::string line = said(sdk::Level::info, LogFormat::json, [] {
        log_line(sdk::Level::info, "net-x", "a \"quoted\" word");
    });

    EXPECT_TRUE(std::regex_match(
        line,
        std::regex(R"re(\{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","level":"info",)re"
                   R"re("msg":"a \\"quoted\\" word","plugin":"net-x"\}\n)re")))
        << line;
}

} // namespace microbox::core
