// SPDX-License-Identifier: MIT
#include "cli/output.hpp"
#include "cli/verbs.hpp"

#include <gtest/gtest.h>

namespace microbox::cli {

namespace {

std::string said(const Words& words, int expected) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(dispatch(words), expected);
    return testing::internal::GetCapturedStderr();
}

} // namespace

TEST(OnlyFlags, RefusesAnotherWordWithTheNearestFlag) {
    const auto refused = only_flags({"--dryrun"}, {"--dry-run", "--all"});

    ASSERT_FALSE(refused.ok());
    EXPECT_NE(refused.error().what.find("--dryrun"), std::string::npos);
    EXPECT_NE(refused.error().hint.find("--dry-run"), std::string::npos);
}

TEST(OnlyFlags, TakesItsFlags) {
    EXPECT_TRUE(only_flags({"--all"}, {"--dry-run", "--all"}).ok());
    EXPECT_TRUE(only_flags({"--help"}, {}).ok());
}

TEST(Dispatch, WithoutAWordSaysWhereTheCommandGoes) {
    EXPECT_NE(said({}, 125).find("goes after --"), std::string::npos);
}

TEST(Dispatch, RefusesAWordThatIsNoVerb) {
    const std::string text = said({"ls"}, 125);

    EXPECT_NE(text.find("unexpected word 'ls'"), std::string::npos) << text;
    EXPECT_NE(text.find("after --"), std::string::npos) << text;
}

TEST(Dispatch, SuggestsTheNearestVerb) {
    EXPECT_NE(said({"plugin"}, 125).find("verb plugins"), std::string::npos);
}

TEST(Dispatch, VerbsRefuseWordsOfTheirOwn) {
    EXPECT_NE(said({"doctor", "--jsn"}, 125).find("did you mean --json?"), std::string::npos);
    EXPECT_NE(said({"gc", "now"}, 125).find("unexpected word 'now'"), std::string::npos);
}

TEST(Padded, KeepsABlankBehindALongWord) {
    EXPECT_EQ(padded("ab", 4), "ab  ");
    EXPECT_EQ(padded("abcde", 4), "abcde ");
}

} // namespace microbox::cli
