// SPDX-License-Identifier: MIT
// --report and --trace: JSON with every documented key, however the run ends.
#include "tests/support/caller.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

namespace microbox::testing {

namespace {

using Json = nlohmann::json;

class Report : public ::testing::Test {
protected:
    /// The report of a run of the probe; a discarded value when there is none.
    Json of_probe(std::vector<std::string> options, const std::vector<std::string>& words) {
        options.insert(options.end(), {"--report", path()});
        outcome_ = run_probe(options, words);
        return read(path());
    }

    [[nodiscard]] static Json read(const std::string& file) {
        std::ifstream stream(file);
        return Json::parse(stream, nullptr, false);
    }

    [[nodiscard]] std::string path() const { return folder_.path() + "/report"; }

    ScratchDirectory folder_;
    Outcome outcome_;
};

} // namespace

TEST_F(Report, OfARunThatExitsHasEveryKey) {
    MBX_NEEDS_ROOT();

    const Json report = of_probe({"--hostname", "box"}, {"exit", "3"});

    ASSERT_TRUE(report.is_object()) << outcome_.describe();
    EXPECT_EQ(report.at("schema_version"), 1);
    EXPECT_EQ(report.at("id").get<std::string>().size(), 12U);
    EXPECT_EQ(report.at("exit_code"), 3);
    EXPECT_TRUE(report.at("signal").is_null());
    EXPECT_EQ(report.at("reason"), "exited");
    EXPECT_EQ(report.at("hostname"), "box");
    EXPECT_EQ(report.at("command"), Json({"/probe", "exit", "3"}));
    EXPECT_GT(report.at("wall_seconds").get<double>(), 0.0);
    EXPECT_GT(report.at("max_rss_kib").get<long>(), 0);
    EXPECT_GT(report.at("memory_peak_bytes").get<long>(), 0);
    EXPECT_GE(report.at("pids_peak").get<long>(), 1);
    EXPECT_EQ(report.at("oom_kills"), 0);
    for (const char* const key : {"user_seconds", "system_seconds", "throttled_seconds"})
        EXPECT_GE(report.at(key).get<double>(), 0.0) << key;
    for (const char* const key : {"bytes_read", "bytes_written"})
        EXPECT_GE(report.at(key).get<long>(), 0) << key;
    EXPECT_TRUE(report.contains("denied"));
    EXPECT_FALSE(report.contains("error"));
}

TEST_F(Report, HasTheLimitsInForceAndThePluginsThatTookPart) {
    MBX_NEEDS_ROOT();

    const Json report =
        of_probe({"--memory", "64MB", "--pids", "20", "--timeout", "90s"}, {"print"});

    ASSERT_TRUE(report.is_object()) << outcome_.describe();
    EXPECT_EQ(report.at("limits").at("memory_bytes"), "67108864");
    EXPECT_EQ(report.at("limits").at("pids"), "20");
    EXPECT_EQ(report.at("limits").at("timeout_seconds"), "90");
    std::vector<std::string> names;
    for (const Json& plugin : report.at("plugins")) {
        names.push_back(plugin.at("name"));
        EXPECT_NE(plugin.at("version"), "");
        EXPECT_NE(plugin.at("role"), "");
    }
    for (const char* const name : {"fs-tmpfs", "net-none", "limit-cgroup", "sec-seccomp"})
        EXPECT_EQ(std::count(names.begin(), names.end(), name), 1) << name;
}

TEST_F(Report, CountsWhatTheCommandUses) {
    MBX_NEEDS_ROOT();

    const Json report = of_probe({}, {"spin", "0.3"});
    const Json written = of_probe({}, {"fill", "/tmp/x", "8388608"});

    ASSERT_TRUE(report.is_object());
    EXPECT_GT(report.at("user_seconds").get<double>() + report.at("system_seconds").get<double>(),
              0.01);
    ASSERT_TRUE(written.is_object()) << outcome_.describe();
    // Where the kernel tells a plain user nothing, null says so.
    if (::geteuid() == 0 || !written.at("bytes_written").is_null()) {
        EXPECT_GE(written.at("bytes_written").get<long>(), 8388608);
    }
    // Without a cgroup files in memory are nobody's.
    if (::geteuid() == 0) {
        EXPECT_GE(written.at("memory_peak_bytes").get<long>(), 8388608);
    }
}

TEST_F(Report, NamesTheSignal) {
    MBX_NEEDS_ROOT();

    const Json report = of_probe({}, {"kill", "15"});

    ASSERT_TRUE(report.is_object()) << outcome_.describe();
    EXPECT_EQ(report.at("exit_code"), 143);
    EXPECT_EQ(report.at("signal"), 15);
    EXPECT_EQ(report.at("reason"), "signal");
}

TEST_F(Report, NamesTheTimeLimit) {
    MBX_NEEDS_ROOT();

    const Json report = of_probe({"--timeout", "200ms"}, {"sleep", "60"});

    ASSERT_TRUE(report.is_object()) << outcome_.describe();
    EXPECT_EQ(report.at("exit_code"), 124);
    EXPECT_EQ(report.at("reason"), "timeout");
    EXPECT_GE(report.at("wall_seconds").get<double>(), 0.2);
}

TEST_F(Report, NamesTheEndForWantOfMemory) {
    MBX_NEEDS_ROOT();

    const Json report = of_probe({"--memory", "32MB", "--storage", "8MB"}, {"memory", "200000000"});

    ASSERT_TRUE(report.is_object()) << outcome_.describe();
    EXPECT_EQ(outcome_.code, 137) << outcome_.describe();
    EXPECT_EQ(report.at("reason"), "oom");
    EXPECT_EQ(report.at("signal"), 9);
    EXPECT_GE(report.at("oom_kills").get<long>(), 1);
}

TEST_F(Report, IsWrittenForARunThatFails) {
    MBX_NEEDS_ROOT();

    const Json report = of_probe({"--workdir", "/no/such"}, {"print"});

    ASSERT_TRUE(report.is_object()) << outcome_.describe();
    EXPECT_EQ(report.at("exit_code"), 125);
    EXPECT_EQ(report.at("reason"), "failed");
    EXPECT_NE(report.at("error").get<std::string>().find("/no/such"), std::string::npos);
}

TEST_F(Report, HoldsAnyBytesOfTheCommandLine) {
    MBX_NEEDS_ROOT();

    const Json report = of_probe({}, {"print", "a\"b\\\n\x01\xff"});

    ASSERT_TRUE(report.is_object()) << outcome_.describe();
    EXPECT_EQ(outcome_.code, 0) << outcome_.describe();
    EXPECT_EQ(report.at("command").size(), 3U);
}

TEST_F(Report, ThatCannotBeOpenedStopsTheRunBeforeItStarts) {
    MBX_NEEDS_ROOT();
    for (const char* const option : {"--report", "--trace"}) {
        const Outcome outcome = run_probe({option, "/no/such/folder/file"}, {"print", "started"});
        EXPECT_EQ(outcome.code, 125) << outcome.describe();
        EXPECT_EQ(outcome.out, "") << outcome.describe();
        EXPECT_NE(outcome.err.find(option), std::string::npos) << outcome.describe();
        EXPECT_NE(outcome.err.find("/no/such/folder/file"), std::string::npos);
    }
}

TEST_F(Report, ThatCannotBeWrittenIsAnError) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({"--report", "/dev/full"}, {"exit", "0"});

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_NE(outcome.err.find("No space left on device"), std::string::npos) << outcome.describe();
}

TEST_F(Report, TraceHasTheSpansOfTheStartInTheirOrder) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({"--trace", path()}, {"print"});

    const Json trace = read(path());
    ASSERT_TRUE(trace.is_object()) << outcome.describe();
    const Json& events = trace.at("traceEvents");
    ASSERT_GE(events.size(), 8U);
    double last = -1;
    std::vector<std::string> names;
    for (const Json& event : events) {
        EXPECT_EQ(event.at("ph"), "X");
        EXPECT_GE(event.at("dur").get<double>(), 0.0);
        EXPECT_GE(event.at("ts").get<double>(), last);
        last = event.at("ts");
        names.push_back(event.at("name"));
    }
    for (const char* const name : {"plan", "prepare", "verify", "running"})
        EXPECT_EQ(std::count(names.begin(), names.end(), name), 1) << name;
}

TEST(Log, AsJsonIsOneObjectALine) {
    MBX_NEEDS_ROOT();

    const Outcome outcome =
        run({"--log-format", "json", "--log-level", "info", "--seccomp", "off", "--", "no\nsuch"});

    EXPECT_EQ(outcome.code, 127) << outcome.describe();
    std::istringstream lines(outcome.err);
    std::vector<std::string> levels;
    for (std::string line; std::getline(lines, line);) {
        const Json entry = Json::parse(line, nullptr, false);
        ASSERT_TRUE(entry.is_object()) << line;
        EXPECT_TRUE(entry.contains("time")) << line;
        EXPECT_NE(entry.at("msg"), "");
        levels.push_back(entry.at("level"));
    }
    EXPECT_EQ(std::count(levels.begin(), levels.end(), "weakened"), 1) << outcome.describe();
    EXPECT_EQ(std::count(levels.begin(), levels.end(), "error"), 1) << outcome.describe();
}

TEST(Log, SaysAWeakenedProtectionAtEveryLevel) {
    MBX_NEEDS_ROOT();
    for (const char* const level : {"info", "warn", "error"}) {
        const Outcome outcome =
            run_probe({"--log-level", level, "--seccomp", "off"}, {"print", "x"});
        EXPECT_NE(outcome.err.find("weakened"), std::string::npos) << level << outcome.describe();
        EXPECT_EQ(outcome.out, "x\n");
    }
}

TEST(Log, RefusesWhatItDoesNotKnow) {
    for (const auto& [option, value] :
         {std::pair{"--log-level", "loud"}, {"--log-format", "xml"}}) {
        const Outcome outcome = run({option, value, "--", "true"});
        EXPECT_EQ(outcome.code, 125) << outcome.describe();
        EXPECT_NE(outcome.err.find(value), std::string::npos) << outcome.describe();
    }
}

} // namespace microbox::testing
