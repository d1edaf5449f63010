// SPDX-License-Identifier: MIT
// Questions as the prober reads them, and what its answers mean.
#include "core/verify/examination.hpp"

#include <gtest/gtest.h>

namespace microbox::core {

namespace {

using State = Finding::State;
using namespace std::string_literals;

std::vector<PlanPromise> one(std::vector<std::string> held) {
    return {{{"it holds", {"read", "/x"}, std::move(held)}, "core"}};
}

Finding judged(std::vector<std::string> held, const std::string& answer) {
    return judge_answers(one(std::move(held)), answer + '\0', {}).at(0);
}

} // namespace

TEST(Questions, EndWithAnEmptyWord) {
    EXPECT_EQ(to_questions({{{"a", {"read", "/x y"}, {}}, "core"},
                            {{"b", {}, {}}, "core"},
                            {{"c", {"hostname"}, {}}, "core"}}),
              "read\0/x y\0\0hostname\0\0"s);
}

TEST(Answers, HoldAPromiseByOneOfItsPatterns) {
    EXPECT_EQ(judged({"EROFS", "EACCES"}, "EACCES").state, State::held);
    EXPECT_EQ(judged({"*ro*nodev*"}, "ro nosuid nodev").state, State::held);
    EXPECT_EQ(judged({"*"}, "").state, State::held);
    EXPECT_EQ(judged({"E*"}, "EPERM").state, State::held);
}

TEST(Answers, BreakItByEverythingElse) {
    EXPECT_EQ(judged({"EROFS"}, "written").state, State::broken);
    EXPECT_EQ(judged({"EROFS"}, "EROFS2").state, State::broken);
    EXPECT_EQ(judged({"EROFS"}, "").state, State::broken);
    EXPECT_EQ(judged({"*ro*nodev*"}, "nosuid nodev").state, State::broken);
    EXPECT_EQ(judged({"E*"}, "connected").state, State::broken);
    EXPECT_EQ(judged({}, "anything").state, State::broken);
}

TEST(Answers, ThatBreakItAreShownWithTheQuestionAndWhatWouldBeRight) {
    EXPECT_EQ(judged({"EROFS", "EPERM"}, "writ\x1bten").seen,
              "read /x: 'writ\\x1bten' instead of 'EROFS', or 'EPERM'");
}

TEST(Answers, MaySayThatNothingCanBeTested) {
    const Finding finding = judged({"EROFS"}, "?there is no /proc");

    EXPECT_EQ(finding.state, State::untestable);
    EXPECT_EQ(finding.seen, "there is no /proc");
}

TEST(Answers, ThatAreMissingHoldNothing) {
    EXPECT_EQ(judge_answers(one({"*"}), "", {}).at(0).state, State::untestable);
    EXPECT_EQ(judge_answers(one({"cut"}), "cut", {}).at(0).state, State::untestable);
}

TEST(Answers, AreNotNeededWhereThePluginsVerificationIsTheTest) {
    const std::vector<PlanPromise> promise = {{{"limits are held", {}, {}}, "limit-x"}};

    EXPECT_EQ(judge_answers(promise, "", {}).at(0).state, State::held);
    EXPECT_EQ(judge_answers(promise, "", {{"limit-y", "v", State::broken, "why"}}).at(0).state,
              State::held);
    const Finding broken =
        judge_answers(promise, "", {{"limit-x", "v", State::broken, "why"}}).at(0);
    EXPECT_EQ(broken.state, State::broken);
    EXPECT_EQ(broken.seen, "why");
}

TEST(Answers, BelongToTheirQuestionsInOrder) {
    const std::vector<PlanPromise> promises = {{{"a", {"hostname"}, {"x"}}, "core"},
                                               {{"b", {}, {}}, "core"},
                                               {{"c", {"hostname"}, {"y"}}, "core"}};
    const Findings findings = judge_answers(promises, "x\0y\0"s, {});

    EXPECT_FALSE(any_broken(findings));
    EXPECT_TRUE(any_broken(judge_answers(promises, "y\0x\0"s, {})));
}

} // namespace microbox::core
