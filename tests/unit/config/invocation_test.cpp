// SPDX-License-Identifier: MIT
#include "core/config/invocation.hpp"
#include "tests/support/plugin_folder.hpp"

#include <gtest/gtest.h>

namespace microbox::core {

namespace {

using Words = std::vector<std::string>;

/// An installation of the good fixtures, with a configuration and profiles of its own.
class ReadInvocation : public testing::Test {
protected:
    ReadInvocation()
        : plugins_("good",
                   {"fs-plain",
                    "fs-tree",
                    "fs-image",
                    "net-void",
                    "net-wire",
                    "limit-stack",
                    "sec-lock"}),
          catalogue_(plugins_.catalogue()) {
        around_.catalogue = &catalogue_;
        around_.configuration = files_.path() + "/microbox.json";
        around_.profile_folders = {files_.path() + "/profiles"};
        around_.variable = [](const char*) -> const char* { return nullptr; };
    }

    ~ReadInvocation() override { log_open(sdk::Level::error, LogFormat::text); }

    /// With --fs plain --net void in front and a command behind.
    sdk::Result<Invocation> read(const Words& options) {
        Words words{"--fs", "plain", "--net", "void"};
        words.insert(words.end(), options.begin(), options.end());
        words.insert(words.end(), {"--", "cmd", "--fs"});
        return exactly(words);
    }

    sdk::Result<Invocation> exactly(const Words& words) {
        return read_invocation(words, {}, around_);
    }

    RunRequest request(const Words& options) {
        auto invocation = read(options);
        EXPECT_TRUE(invocation.ok()) << invocation.error().what;
        return invocation.ok() ? invocation->request : RunRequest{};
    }

    std::string fault(const Words& options) {
        const auto invocation = read(options);
        return invocation.ok() ? "" : invocation.error().what + " | " + invocation.error().hint;
    }

    void expect_fault(const Words& options, const std::string& part) {
        const std::string what = fault(options);
        EXPECT_NE(what.find(part), std::string::npos) << "said: " << what;
    }

    tests::PluginFolder plugins_;
    tests::TemporaryFolder files_;
    Catalogue catalogue_;
    Surroundings around_;
};

} // namespace

TEST_F(ReadInvocation, GivesPluginsTheirDefaults) {
    const RunRequest request = this->request({});

    EXPECT_EQ(request.command, (Words{"cmd", "--fs"}));
    ASSERT_EQ(request.options.count("depth"), 1U);
    EXPECT_EQ(request.options.at("depth")[0].value, "8");
    EXPECT_TRUE(request.options.at("depth")[0].by_default);
    EXPECT_EQ(request.options.count("keep"), 0U);
    EXPECT_EQ(request.filesystem.source, "--fs");
}

TEST_F(ReadInvocation, GivesPluginsWhatWasGiven) {
    const RunRequest request = this->request({"--depth=3", "--keep", "--room", "1G"});

    EXPECT_EQ(request.options.at("depth")[0].value, "3");
    EXPECT_EQ(request.options.at("depth")[0].source, "--depth");
    EXPECT_FALSE(request.options.at("depth")[0].by_default);
    EXPECT_EQ(request.options.count("keep"), 1U);
    EXPECT_EQ(request.options.at("room").size(), 1U);
}

TEST_F(ReadInvocation, ReadsTheOptionsOfMicrobox) {
    const RunRequest request = this->request({"--readonly",
                                              "--no-init",
                                              "--hostname",
                                              "a.b-1",
                                              "-w",
                                              "/x/../y",
                                              "-u",
                                              "5",
                                              "--userns=host",
                                              "--report",
                                              "/r"});

    EXPECT_TRUE(request.read_only_root);
    EXPECT_FALSE(request.init);
    EXPECT_EQ(request.hostname, "a.b-1");
    EXPECT_EQ(request.directory, "/y");
    EXPECT_EQ(request.user, 5U);
    EXPECT_EQ(request.group, 5U);
    EXPECT_FALSE(request.isolated_ids);
    EXPECT_EQ(request.report_file, "/r");
}

TEST_F(ReadInvocation, RefusesBadValues) {
    expect_fault({"--hostname", "a_b"}, "'a_b' is not a host's name");
    expect_fault({"--hostname", "-a"}, "is not a host's name");
    expect_fault({"--hostname", std::string(65, 'a')}, "is not a host's name");
    expect_fault({"--hostname", "a..b"}, "is not a host's name");
    expect_fault({"--workdir", "x"}, "'x' is not an absolute path");
    expect_fault({"--user", "bob"}, "'bob' is not a user id");
    expect_fault({"--user", "-1"}, "'-1' is not a user id");
    expect_fault({"--user", "1:"}, "'' is not a group id");
    expect_fault({"--user", "65536"}, "from 0 to 65535");
    expect_fault({"--user", "4294967295", "--userns", "host"}, "is not a user id");
    expect_fault({"--userns", "none"}, "neither isolated nor host");
    expect_fault({"--log-level", "loud"}, "'loud' is not a level");
    expect_fault({"--log-format", "xml"}, "neither text nor json");
}

TEST_F(ReadInvocation, RefusesUnknownOptionsWithTheNearest) {
    expect_fault({"--hostnme", "x"}, "unknown option '--hostnme' | did you mean --hostname?");
    expect_fault({"--deptj=1"}, "did you mean --depth?");
    expect_fault({"-q"}, "unknown option '-q'");
}

TEST_F(ReadInvocation, NamesThePluginOfAnOptionThatIsNotUsed) {
    expect_fault(
        {"--publish", "80"},
        "--publish belongs to the plugin net-wire, which this run does not use (--net wire)");
    expect_fault({"-p", "80"}, "-p belongs to the plugin net-wire");
}

TEST_F(ReadInvocation, RefusesABareWord) {
    expect_fault({"--readonly", "ls"}, "unexpected word 'ls': the command goes after --");
}

TEST_F(ReadInvocation, RefusesARunWithoutACommand) {
    for (const Words& words :
         {Words{"--fs", "plain", "--net", "void"}, Words{"--fs", "plain", "--net", "void", "--"}}) {
        const auto invocation = exactly(words);
        ASSERT_FALSE(invocation.ok());
        EXPECT_NE(invocation.error().what.find("no command"), std::string::npos);
    }
    const auto empty = exactly({"--fs", "plain", "--net", "void", "--", ""});
    ASSERT_FALSE(empty.ok());
    EXPECT_NE(empty.error().what.find("name is empty"), std::string::npos);
}

TEST_F(ReadInvocation, HelpNeedsNoCommandAndNoPlugins) {
    const auto invocation = exactly({"--fs", "warp", "--help"});

    ASSERT_TRUE(invocation.ok());
    EXPECT_TRUE(invocation->help);
}

TEST_F(ReadInvocation, TheCommandLineBeatsTheProfileBeatsTheConfiguration) {
    files_.write("microbox.json",
                 R"({"hostname": "config", "depth": 1, "user": "1", "room": "1M"})");
    files_.write("profiles/ci.json", R"({"hostname": "profile", "depth": "2"})");

    const RunRequest request = this->request({"--profile", "ci", "--hostname", "line"});

    EXPECT_EQ(request.hostname, "line");
    EXPECT_EQ(request.options.at("depth")[0].value, "2");
    EXPECT_EQ(request.options.at("depth")[0].source, "profile ci: depth");
    EXPECT_EQ(request.user, 1U);
}

TEST_F(ReadInvocation, RepeatedOptionsAddUpFromTheLowestOrigin) {
    files_.write("microbox.json", R"({"net": "wire", "publish": ["1"]})");
    files_.write("profiles/ci.json", R"({"publish": ["2", "3"]})");

    const auto invocation =
        exactly({"--fs", "plain", "--profile", "ci", "--publish", "4", "--", "cmd"});

    ASSERT_TRUE(invocation.ok()) << invocation.error().what;
    std::string values;
    for (const sdk::Given& given : invocation->request.options.at("publish"))
        values += given.value;
    EXPECT_EQ(values, "1234");
}

TEST_F(ReadInvocation, AFlagOfTheConfigurationCanBeTurnedOffByAProfile) {
    files_.write("microbox.json", R"({"readonly": true, "keep": true})");
    files_.write("profiles/ci.json", R"({"readonly": false})");

    EXPECT_TRUE(request({}).read_only_root);
    EXPECT_FALSE(request({"--profile", "ci"}).read_only_root);
    EXPECT_EQ(request({"--profile", "ci"}).options.count("keep"), 1U);
}

TEST_F(ReadInvocation, AnotherConfigurationTakesThePlaceOfTheDefault) {
    files_.write("microbox.json", R"({"hostname": "config"})");
    const std::string other = files_.write("other.json", "{}");

    EXPECT_EQ(request({"--config", other}).hostname, "");
    expect_fault({"--config", "/there/is/none"}, "/there/is/none");
}

TEST_F(ReadInvocation, RefusesAWrongKeyWithFileAndNearest) {
    const std::string file = files_.write("microbox.json", R"({"hostnam": "x"})");

    expect_fault({}, file + ": unknown option 'hostnam' | did you mean 'hostname'?");
}

TEST_F(ReadInvocation, RefusesValuesOfTheWrongKind) {
    files_.write("microbox.json", R"({"hostname": true})");
    expect_fault({}, "hostname: a value is right");
    files_.write("microbox.json", R"({"readonly": "yes"})");
    expect_fault({}, "readonly: true or false is right");
    files_.write("microbox.json", R"({"hostname": ["a"]})");
    expect_fault({}, "hostname: one value is right");
    files_.write("microbox.json", R"({"depth": ["a"]})");
    expect_fault({}, "depth: one value is right");
    files_.write("microbox.json", R"({"depth": ""})");
    expect_fault({}, "depth: the value is empty");
    files_.write("microbox.json", R"({"config": "x"})");
    expect_fault({}, "config: is for the command line only");
}

TEST_F(ReadInvocation, AKeyOfAModeThatTheLineReplacedLosesItsMeaning) {
    files_.write("microbox.json", R"({"net": "wire", "publish": ["1"]})");

    EXPECT_EQ(fault({}), "") << "--net void replaced the mode";
}

TEST_F(ReadInvocation, AKeyOfAModeThatNobodyChoseIsAnError) {
    files_.write("microbox.json", R"({"net": "void", "publish": ["1"]})");

    const auto invocation = exactly({"--fs", "plain", "--", "cmd"});

    ASSERT_FALSE(invocation.ok());
    EXPECT_NE(invocation.error().what.find("net-wire"), std::string::npos);
}

TEST_F(ReadInvocation, RequireReplacesTheBuildsListAndAProfileAddsToIt) {
    around_.required_plugins = {"sec-alarm"};
    expect_fault({}, "sec-alarm is required");
    files_.write("microbox.json", R"({"require": ["sec-lock"]})");
    EXPECT_EQ(fault({}), "");
    files_.write("profiles/strict.json", R"({"require": ["limit-iron"]})");
    expect_fault({"--profile", "strict"}, "limit-iron is required");
    files_.write("profiles/lax.json", R"({"require": []})");
    EXPECT_EQ(request({"--profile", "lax"}).required_plugins, Words{"sec-lock"});
}

TEST_F(ReadInvocation, RequireWantsNamesOfPlugins) {
    files_.write("microbox.json", R"({"require": ["lock"]})");
    expect_fault({}, "'lock' is not a plugin's name");
    files_.write("microbox.json", R"({"require": "sec-lock"})");
    expect_fault({}, "a list of plugins is right");
}

TEST_F(ReadInvocation, RootTrustsOnlyFilesInGoodHands) {
    around_.owners = {0, ::geteuid()};
    files_.write("microbox.json", "{}", 0666);

    expect_fault({}, "can be written by everybody");
}

TEST_F(ReadInvocation, APluginCannotTakeAnOptionOfMicrobox) {
    plugins_.add("other", {"sec-own-option"});
    const Catalogue catalogue = plugins_.catalogue();
    around_.catalogue = &catalogue;

    expect_fault({}, "sec-own-option brings the option --hostname, which microbox itself has");
}

TEST_F(ReadInvocation, AVariableThatTheCallerLacksIsLeftOutWithAWarning) {
    testing::internal::CaptureStderr();
    const RunRequest request = this->request({"--log-level", "warn", "--env", "NONE"});
    const std::string said = testing::internal::GetCapturedStderr();

    EXPECT_EQ(request.environment.size(), 5U);
    EXPECT_NE(said.find("NONE"), std::string::npos) << said;
}

TEST_F(ReadInvocation, SaysAtLevelInfoWhatWasIgnored) {
    const Catalogue catalogue({plugins_.path()}, {0, ::geteuid()}, "the path is ignored");
    around_.catalogue = &catalogue;

    testing::internal::CaptureStderr();
    (void)request({"--log-level", "info"});
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "microbox: info: the path is ignored\n");
    testing::internal::CaptureStderr();
    (void)request({});
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

} // namespace microbox::core
