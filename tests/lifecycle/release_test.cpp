// SPDX-License-Identifier: MIT
// Clean-up from a journal: the order, and what happens when a part of it fails.
#include "core/state/release.hpp"
#include "tests/lifecycle/fake_plugins.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace microbox::core {

namespace {

using testing::Calls;
using testing::FakePlugin;
using testing::FakeSet;

class Release : public ::testing::Test {
protected:
    Release()
        : first_(plugins_.add("limit-first", "limit")),
          second_(plugins_.add("net-second", "network")),
          third_(plugins_.add("sec-third", "security")) {}

    std::vector<std::string> release_all(const std::vector<JournalEntry>& entries) {
        return release("abcdefgh1234", entries, [this](const std::string& name) {
            for (LoadedPlugin& plugin : plugins_.set.plugins)
                if (plugin.name() == name)
                    return sdk::Result<sdk::Plugin*>(plugin.instance.get());
            return sdk::Result<sdk::Plugin*>(sdk::fail("the plugin " + name + " is not installed"));
        });
    }

    FakeSet plugins_;
    FakePlugin& first_;
    FakePlugin& second_;
    FakePlugin& third_;
};

const std::vector<JournalEntry> taken = {
    {"limit-first", "a"}, {"net-second", "b"}, {"net-second", "c"}, {"sec-third", "d"}};

} // namespace

TEST_F(Release, GoesBackwardsThroughPluginsAndTheirEntries) {
    EXPECT_TRUE(release_all(taken).empty());

    EXPECT_EQ(plugins_.calls,
              (Calls{"sec-third cleanup d", "net-second cleanup c b", "limit-first cleanup a"}));
}

TEST_F(Release, APluginThatTookSomethingLaterComesFirst) {
    std::vector<JournalEntry> entries = taken;
    entries.push_back({"limit-first", "late"});

    EXPECT_TRUE(release_all(entries).empty());

    EXPECT_EQ(plugins_.calls.front(), "limit-first cleanup late a");
    EXPECT_EQ(plugins_.calls.size(), 3U) << "each plugin is called once";
}

TEST_F(Release, AFailureIsCountedAndTheOthersAreReleasedAllTheSame) {
    second_.on_cleanup = [](const sdk::Leftovers&) { return sdk::Result<void>(sdk::fail("busy")); };

    const auto failures = release_all(taken);

    EXPECT_EQ(failures, (std::vector<std::string>{"net-second: busy"}));
    EXPECT_EQ(plugins_.calls.back(), "limit-first cleanup a");
}

TEST_F(Release, AThrowIsAFailureWithItsPhase) {
    third_.on_cleanup = [](const sdk::Leftovers&) -> sdk::Result<void> {
        throw std::runtime_error("bang");
    };

    const auto failures = release_all(taken);

    ASSERT_EQ(failures.size(), 1U);
    EXPECT_NE(failures[0].find("sec-third: cleanup threw: bang"), std::string::npos) << failures[0];
    EXPECT_EQ(plugins_.calls.size(), 3U);
}

TEST_F(Release, APluginThatHasBeenUninstalledIsNamed) {
    std::vector<JournalEntry> entries = taken;
    entries.push_back({"net-gone", "x"});

    const auto failures = release_all(entries);

    ASSERT_EQ(failures.size(), 1U);
    EXPECT_NE(failures[0].find("net-gone is not installed"), std::string::npos);
    EXPECT_EQ(plugins_.calls.size(), 3U);
}

TEST_F(Release, TellsWhichRunItIs) {
    std::string run;
    first_.on_cleanup = [&run](const sdk::Leftovers& leftovers) {
        run = leftovers.run_id;
        return sdk::Result<void>{};
    };

    EXPECT_TRUE(release_all(taken).empty());

    EXPECT_EQ(run, "abcdefgh1234");
}

TEST_F(Release, NothingTakenIsNothingToDo) {
    EXPECT_TRUE(release_all({}).empty());

    EXPECT_TRUE(plugins_.calls.empty());
}

} // namespace microbox::core
