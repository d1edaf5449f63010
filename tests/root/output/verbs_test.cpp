// SPDX-License-Identifier: MIT
// The verbs that need no root: plan, plugins, doctor, help, version; and what is said to a caller
// who is not root.
#include "tests/support/caller.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace microbox::testing {

namespace {

using Json = nlohmann::json;

constexpr std::uint32_t nobody = 65534;

/// As a plain user when we are root, as ourselves otherwise.
Outcome run_plain(const std::vector<std::string>& arguments) {
    Options how;
    if (::geteuid() == 0)
        how.user = nobody;
    how.directory = "/";
    return run(arguments, how);
}

} // namespace

TEST(PlanVerb, PrintsTheStepsWithoutRoot) {
    const Outcome outcome =
        run_plain({"plan", "--weak-limits", "--memory", "64MB", "--", "sh", "-c", "x"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.err, "") << outcome.describe();
    for (const char* const words : {"sh -c x", "steps:", "fs-tmpfs", "--memory", "pivot", "filter"})
        EXPECT_NE(outcome.out.find(words), std::string::npos) << words << outcome.describe();
}

TEST(PlanVerb, IsTheSameTwice) {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"plan", "--", "sh"},
          {"plan", "--json", "--", "sh"},
          {"plan", "--json", "--fs", "system", "--mount-ro", "/usr:/opt/u", "--", "sh"}}) {
        const Outcome first = run_plain(words);
        const Outcome second = run_plain(words);
        EXPECT_EQ(first.code, 0) << first.describe();
        EXPECT_EQ(first.out, second.out);
    }
}

TEST(PlanVerb, SaysWhatIsDifferentWithoutRoot) {
    MBX_NEEDS_ROOT();

    const Json root = Json::parse(run({"plan", "--json", "--fs", "system", "--", "sh"}).out);
    const Json other = Json::parse(run_plain({"plan", "--json", "--fs", "system", "--", "sh"}).out);

    EXPECT_EQ(root.at("foothold"), false);
    EXPECT_EQ(root.at("user_count"), 65536);
    EXPECT_EQ(other.at("foothold"), true);
    EXPECT_EQ(other.at("user_count"), 1);
    EXPECT_EQ(root.at("namespaces"), other.at("namespaces"));
    EXPECT_EQ(root.at("command"), other.at("command"));
}

TEST(PlanVerb, AsJsonNamesWhoAskedForEachStep) {
    const Outcome outcome =
        run_plain({"plan", "--json", "--hostname", "box", "--readonly", "--", "true", "a\"b"});

    const Json plan = Json::parse(outcome.out, nullptr, false);
    ASSERT_TRUE(plan.is_object()) << outcome.describe();
    EXPECT_EQ(plan.at("hostname"), "box");
    EXPECT_EQ(plan.at("command").at("arguments"), Json({"true", "a\"b"}));
    EXPECT_EQ(plan.at("namespaces").size(), 8U);
    ASSERT_GE(plan.at("steps").size(), 20U);
    for (const Json& step : plan.at("steps"))
        for (const char* const key : {"stage", "kind", "plugin", "asked_by"})
            EXPECT_NE(step.at(key), "") << key;
}

TEST(PlanVerb, RefusesWhatARunWouldRefuse) {
    for (const std::vector<std::string>& words : {std::vector<std::string>{"plan"},
                                                  {"plan", "--net", "warp", "--", "sh"},
                                                  {"plan", "--fs", "/no/such", "--", "sh"},
                                                  {"plan", "--memory", "much", "--", "sh"},
                                                  {"plan", "--cap-add", "FLY", "--", "sh"}}) {
        const Outcome outcome = run_plain(words);
        EXPECT_EQ(outcome.code, 125) << outcome.describe();
        EXPECT_EQ(outcome.out, "") << outcome.describe();
        EXPECT_EQ(outcome.err.rfind("microbox: ", 0), 0U) << outcome.describe();
    }
}

TEST(PluginsVerb, ListsThoseThatAreShippedWithTheirOptions) {
    const Outcome text = run_plain({"plugins"});
    const Json json = Json::parse(run_plain({"plugins", "--json"}).out, nullptr, false);

    EXPECT_EQ(text.code, 0) << text.describe();
    ASSERT_TRUE(json.is_object());
    std::vector<std::string> names;
    for (const Json& plugin : json.at("plugins")) {
        names.push_back(plugin.at("name"));
        EXPECT_FALSE(plugin.contains("refused")) << plugin.dump();
        EXPECT_NE(plugin.at("role"), "");
        EXPECT_NE(plugin.at("version"), "");
        EXPECT_NE(plugin.at("summary"), "");
        EXPECT_TRUE(plugin.at("options").is_array());
    }
    for (const char* const name : {"fs-host",
                                   "fs-rootfs",
                                   "fs-system",
                                   "fs-tmpfs",
                                   "limit-cgroup",
                                   "limit-rlimit",
                                   "limit-time",
                                   "net-host",
                                   "net-none",
                                   "sec-capabilities",
                                   "sec-seccomp"}) {
        EXPECT_EQ(std::count(names.begin(), names.end(), name), 1) << name;
        EXPECT_NE(text.out.find(name), std::string::npos) << name;
    }
    EXPECT_NE(text.out.find("--ulimit NAME=SOFT[:HARD]"), std::string::npos) << text.describe();
}

TEST(DoctorVerb, HasAFindingForEachNeedAndSaysHowItEnded) {
    const Outcome text = run_plain({"doctor"});
    const Outcome json = run_plain({"doctor", "--json"});

    const Json doctor = Json::parse(json.out, nullptr, false);
    ASSERT_TRUE(doctor.is_object()) << json.describe();
    EXPECT_EQ(json.code, doctor.at("ok") == true ? 0 : 1) << json.describe();
    EXPECT_EQ(text.code, json.code);
    ASSERT_GE(doctor.at("findings").size(), 10U);
    for (const Json& finding : doctor.at("findings")) {
        EXPECT_NE(finding.at("of"), "");
        EXPECT_NE(finding.at("need"), "");
        if (finding.at("met") == false) {
            EXPECT_NE(finding.at("remedy"), "") << finding.dump();
        }
    }
}

TEST(HelpVerb, HasEveryOptionUnderThePluginThatBringsIt) {
    const Outcome outcome = run_plain({"--help"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.err, "");
    std::size_t last = 0;
    for (const char* const words : {"options of microbox:",
                                    "--fs MODE|DIR",
                                    "\nfs-tmpfs: ",
                                    "--storage SIZE",
                                    "\nlimit-cgroup: ",
                                    "--cpus N",
                                    "\nlimit-time: ",
                                    "--timeout DURATION",
                                    "\nsec-seccomp: ",
                                    "--seccomp FILTER"}) {
        const std::size_t at = outcome.out.find(words, last);
        ASSERT_NE(at, std::string::npos) << words << outcome.describe();
        last = at;
    }
    EXPECT_EQ(run_plain({"help"}).out, outcome.out);
    EXPECT_EQ(run_plain({"run", "--help"}).out, outcome.out);
    EXPECT_EQ(run_plain({"gc", "-h"}).out, outcome.out);
}

TEST(VersionVerb, IsOneLine) {
    const Outcome outcome = run_plain({"--version"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out.rfind("microbox ", 0), 0U) << outcome.describe();
    EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 1);
}

TEST(RunVerb, IsWhatStandsThereWithoutAVerb) {
    MBX_NEEDS_ROOT();
    std::vector<std::string> words = probe_arguments({}, {"print", "x"});
    words.insert(words.begin(), "run");

    EXPECT_EQ(run(words).out, "x\n");
}

TEST(Verbs, RefuseWordsThatTheyDoNotKnow) {
    for (const std::vector<std::string>& words : {std::vector<std::string>{},
                                                  {"--"},
                                                  {"run"},
                                                  {"plugin"},
                                                  {"plugins", "--jsn"},
                                                  {"doctor", "x"},
                                                  {"gc", "--al"},
                                                  {"--frobnicate", "--", "true"},
                                                  {"--", ""}}) {
        const Outcome outcome = run_plain(words);
        EXPECT_EQ(outcome.code, 125) << outcome.describe();
        EXPECT_EQ(outcome.out, "") << outcome.describe();
        EXPECT_EQ(outcome.err.rfind("microbox: ", 0), 0U) << outcome.describe();
    }
    EXPECT_NE(run_plain({"plugin"}).err.find("did you mean the verb plugins"), std::string::npos);
    EXPECT_NE(run_plain({"gc", "--al"}).err.find("did you mean --all"), std::string::npos);
}

} // namespace microbox::testing
