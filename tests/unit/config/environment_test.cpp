// SPDX-License-Identifier: MIT
#include "core/config/environment.hpp"
#include "tests/support/plugin_folder.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace microbox::core {

namespace {

const char* caller(const char* name) {
    return std::string_view(name) == "TOKEN" ? "secret" : nullptr;
}

sdk::Result<CommandEnvironment> environment(const std::vector<Setting>& settings) {
    Settings all;
    for (const Setting& setting : settings)
        all.add(setting);
    return make_environment(all, caller);
}

Setting given(const char* name, const std::string& value, Origin origin = Origin::command_line) {
    return {name, value, std::string("--") + name, origin, false};
}

bool has(const CommandEnvironment& environment, const std::string& entry) {
    return std::find(environment.entries.begin(), environment.entries.end(), entry) !=
           environment.entries.end();
}

} // namespace

TEST(MakeEnvironment, HasTheDefaultsAndNothingOfTheCaller) {
    const auto made = environment({});

    ASSERT_TRUE(made.ok());
    EXPECT_EQ(made->entries.size(), 5U);
    EXPECT_TRUE(has(*made, "HOME=/root"));
    EXPECT_TRUE(has(*made, "container=microbox"));
    EXPECT_EQ(made->search_path, "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
}

TEST(MakeEnvironment, SetsAndCopies) {
    const auto made =
        environment({given("env", "A=b=c"), given("env", "TOKEN"), given("env", "NONE")});

    ASSERT_TRUE(made.ok());
    EXPECT_TRUE(has(*made, "A=b=c"));
    EXPECT_TRUE(has(*made, "TOKEN=secret"));
    EXPECT_EQ(made->absent, std::vector<std::string>{"NONE"});
}

TEST(MakeEnvironment, TheLastOneWins) {
    const auto made = environment({given("env", "PATH=/a"), given("env", "PATH=/b")});

    ASSERT_TRUE(made.ok());
    EXPECT_EQ(made->search_path, "/b");
}

TEST(MakeEnvironment, ReadsFilesBeforeOptions) {
    const tests::TemporaryFolder folder;
    const std::string file = folder.write("env", "# comment\n\n  A=1\r\nB=x y # z\nHOME=");

    const auto made = environment({given("env", "A=2"), given("env-file", file)});

    ASSERT_TRUE(made.ok()) << made.error().what;
    EXPECT_TRUE(has(*made, "A=2"));
    EXPECT_TRUE(has(*made, "B=x y # z"));
    EXPECT_TRUE(has(*made, "HOME="));
}

TEST(MakeEnvironment, AFileOfTheCommandLineBeatsAProfilesOption) {
    const tests::TemporaryFolder folder;
    const std::string file = folder.write("env", "A=file\n");

    const auto made =
        environment({given("env", "A=profile", Origin::profile), given("env-file", file)});

    ASSERT_TRUE(made.ok());
    EXPECT_TRUE(has(*made, "A=file"));
}

TEST(MakeEnvironment, RefusesWhatIsNoName) {
    for (const char* value : {"=x", "1A=x", "A B=x", "A-B"}) {
        const auto made = environment({given("env", value)});
        ASSERT_FALSE(made.ok()) << value;
        EXPECT_NE(made.error().what.find("is not a variable's name"), std::string::npos);
    }
}

TEST(MakeEnvironment, NamesTheLineOfAFileThatIsWrong) {
    const tests::TemporaryFolder folder;
    const std::string file = folder.write("env", "A=1\nnonsense\n");

    const auto made = environment({given("env-file", file)});

    ASSERT_FALSE(made.ok());
    EXPECT_NE(made.error().what.find(file + ":2: 'nonsense' is not K=V"), std::string::npos);
}

TEST(MakeEnvironment, AMissingFileIsNamed) {
    const auto made = environment({given("env-file", "/there/is/none")});

    ASSERT_FALSE(made.ok());
    EXPECT_NE(made.error().what.find("/there/is/none"), std::string::npos);
}

TEST(MakeEnvironment, TheTerminalsTypeIsADefaultLikeOthers) {
    const auto with = make_environment(Settings{}, caller, "vt220");
    ASSERT_TRUE(with.ok());
    EXPECT_TRUE(has(*with, "TERM=vt220"));

    Settings settings;
    settings.add(given("env", "TERM=dumb"));
    const auto chosen = make_environment(settings, caller, "vt220");
    ASSERT_TRUE(chosen.ok());
    EXPECT_TRUE(has(*chosen, "TERM=dumb"));
}

} // namespace microbox::core
