// SPDX-License-Identifier: MIT
#include "core/state/journal.hpp"
#include "tests/unit/state/state_folder.hpp"

#include <cerrno>

#include <gtest/gtest.h>

#include <unistd.h>

namespace microbox::core {

namespace {

constexpr const char* run = "abcdefgh1234";

} // namespace

TEST(ParseJournal, ReadsEntriesOldestFirst) {
    const auto entries = parse_journal("limit-x\t/cgroup/a\nnet-y\tveth 1\n");

    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].plugin, "limit-x");
    EXPECT_EQ(entries[0].text, "/cgroup/a");
    EXPECT_EQ(entries[1].plugin, "net-y");
    EXPECT_EQ(entries[1].text, "veth 1");
}

TEST(ParseJournal, EveryCutOfTheLastLineLeavesTheOthers) {
    const std::string whole = "limit-x\tone\nlimit-x\ttwo\n";
    const std::size_t first = whole.find('\n') + 1;

    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto entries = parse_journal(whole.substr(0, length));
        EXPECT_EQ(entries.size(), length >= first ? 1U : 0U) << length;
    }
}

TEST(ParseJournal, PassesOverLinesWithoutAPlugin) {
    EXPECT_TRUE(parse_journal("\n\n\tno plugin\nno tab\n").empty());
}

TEST(ParseJournal, KeepsTabsOfTheText) {
    const auto entries = parse_journal("limit-x\ta\tb\n");

    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].text, "a\tb");
}

TEST(IsRunId, TakesTwelveLowerCaseLettersAndDigits) {
    EXPECT_TRUE(is_run_id("abcdefgh1234"));
    EXPECT_FALSE(is_run_id("abcdefgh123"));
    EXPECT_FALSE(is_run_id("abcdefgh12345"));
    EXPECT_FALSE(is_run_id("ABCDEFGH1234"));
    EXPECT_FALSE(is_run_id("../../../etc"));
}

TEST(Journal, GivesBackWhatWasWritten) {
    const testing::TemporaryState state;
    auto journal = Journal::create(state.folder, run);
    ASSERT_TRUE(journal.ok());

    ASSERT_TRUE(journal->write("limit-x", "one").ok());
    ASSERT_TRUE(journal->write("net-y", "two words").ok());
    const auto entries = journal->read();

    ASSERT_TRUE(entries.ok());
    ASSERT_EQ(entries->size(), 2U);
    EXPECT_EQ((*entries)[1].plugin, "net-y");
    EXPECT_EQ((*entries)[1].text, "two words");
}

TEST(Journal, RefusesAnEntryOfTwoLines) {
    const testing::TemporaryState state;
    auto journal = Journal::create(state.folder, run);
    ASSERT_TRUE(journal.ok());

    EXPECT_FALSE(journal->write("limit-x", "one\nnet-y\ttwo").ok());
    EXPECT_FALSE(journal->write("limit-x", std::string("a\0b", 3)).ok());
    EXPECT_TRUE(journal->read()->empty());
}

TEST(Journal, OfALivingRunCannotBeAdopted) {
    const testing::TemporaryState state;
    auto journal = Journal::create(state.folder, run);
    ASSERT_TRUE(journal.ok());

    const auto adopted = Journal::adopt(state.folder, run);

    ASSERT_FALSE(adopted.ok());
    EXPECT_EQ(adopted.error().error_number, EAGAIN);
}

TEST(Journal, OfADeadRunIsAdoptedOnce) {
    const testing::TemporaryState state;
    {
        auto journal = Journal::create(state.folder, run);
        ASSERT_TRUE(journal.ok());
        ASSERT_TRUE(journal->write("limit-x", "left").ok());
    }

    auto adopted = Journal::adopt(state.folder, run);
    const auto again = Journal::adopt(state.folder, run);

    ASSERT_TRUE(adopted.ok());
    EXPECT_EQ(adopted->read()->at(0).text, "left");
    ASSERT_FALSE(again.ok());
    EXPECT_EQ(again.error().error_number, EAGAIN);
    adopted->remove();
    EXPECT_EQ(Journal::adopt(state.folder, run).error().error_number, ENOENT);
}

TEST(Journal, AnIdIsTakenOnce) {
    const testing::TemporaryState state;
    auto journal = Journal::create(state.folder, run);
    ASSERT_TRUE(journal.ok());

    EXPECT_EQ(Journal::create(state.folder, run).error().error_number, EEXIST);
}

TEST(Journal, ALinkInItsPlaceIsNotFollowed) {
    const testing::TemporaryState state;
    const std::string target = state.folder.path + "/target";
    ASSERT_EQ(::symlinkat(target.c_str(), state.folder.runs.get(), run), 0);

    EXPECT_FALSE(Journal::create(state.folder, run).ok());
    EXPECT_FALSE(Journal::adopt(state.folder, run).ok());
    EXPECT_FALSE(std::filesystem::exists(target));
}

} // namespace microbox::core
