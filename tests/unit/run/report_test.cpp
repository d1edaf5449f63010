// SPDX-License-Identifier: MIT
#include "core/run/outputs.hpp"
#include "core/run/report.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace microbox::core {

namespace {

nlohmann::json parsed(const ReportData& data, const Plan* plan) {
    return nlohmann::json::parse(report_json(data, plan));
}

} // namespace

TEST(ReportJson, HasWhatTheReferencePromises) {
    ReportData data;
    data.id = "abcdefgh1234";
    data.exit_code = 137;
    data.signal = 9;
    data.reason = "signal";
    data.wall_seconds = 1.5;
    Plan plan;
    plan.hostname = "brave-otter";
    plan.command.arguments = {"sh", "-c", "true"};
    plan.plugins = {{"fs-x", "0.1.0", "filesystem"}};

    const auto json = parsed(data, &plan);

    EXPECT_EQ(json.at("schema_version"), 1);
    EXPECT_EQ(json.at("id"), "abcdefgh1234");
    EXPECT_EQ(json.at("exit_code"), 137);
    EXPECT_EQ(json.at("signal"), 9);
    EXPECT_EQ(json.at("reason"), "signal");
    EXPECT_EQ(json.at("wall_seconds"), 1.5);
    EXPECT_EQ(json.at("hostname"), "brave-otter");
    EXPECT_EQ(json.at("command").size(), 3U);
    EXPECT_EQ(json.at("plugins").at(0).at("role"), "filesystem");
    EXPECT_TRUE(json.at("denied").is_null());
    for (const char* key :
         {"user_seconds", "system_seconds", "max_rss_kib", "bytes_read", "bytes_written", "limits"})
        EXPECT_TRUE(json.contains(key)) << key;
}

TEST(ReportJson, ARunThatWasNotPlannedHasItsErrorAndNoPlan) {
    ReportData data;
    data.exit_code = 125;
    data.error = "--fs: nothing there";

    const auto json = parsed(data, nullptr);

    EXPECT_EQ(json.at("error"), "--fs: nothing there");
    EXPECT_TRUE(json.at("signal").is_null());
    EXPECT_FALSE(json.contains("plugins"));
}

TEST(ReportJson, TakesArgumentsThatAreNoText) {
    Plan plan;
    plan.command.arguments = {"\xff\xfe"};

    EXPECT_EQ(parsed({}, &plan).at("command").size(), 1U);
}

TEST(PluginReport, PutsFiguresAtTheTopAndLimitsAmongTheirOwn) {
    ReportData data;
    PluginReport report(data, "fs-x");

    report.integer("pids_peak", 7);
    report.number("throttled_seconds", 0.5);
    report.limit("pids", "512");
    report.reason("oom");

    const auto json = parsed(data, nullptr);
    EXPECT_EQ(json.at("pids_peak"), 7);
    EXPECT_EQ(json.at("throttled_seconds"), 0.5);
    EXPECT_EQ(json.at("limits").at("pids"), "512");
    EXPECT_EQ(json.at("reason"), "oom");
}

TEST(RunOutputs, NameTheOptionOfAFileThatCannotBeWritten) {
    RunRequest request;
    request.report_file = "/nonexistent/report.json";

    const auto opened = Outputs().open(request);

    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().what.find("--report: "), 0U);
}

} // namespace microbox::core
