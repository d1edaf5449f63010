// SPDX-License-Identifier: MIT
#include "core/plan/order.hpp"
#include "core/plan/paths.hpp"
#include "tests/unit/plan/steps.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace microbox::core {

using testing::core_step;
using testing::mount_of;
using testing::user_mount_on;
using testing::words_of;
using Words = std::vector<std::string>;

TEST(Paths, ANameThatOnlyBeginsAlikeDoesNotLieInADirectory) {
    EXPECT_TRUE(lies_in("/data", "/data"));
    EXPECT_TRUE(lies_in("/data/x", "/data"));
    EXPECT_TRUE(lies_in("/anything", "/"));
    EXPECT_FALSE(lies_in("/database", "/data"));
    EXPECT_FALSE(lies_in("/", "/data"));
    EXPECT_EQ(depth_of("/"), 0U);
    EXPECT_EQ(depth_of("/a/b"), 2U);
}

TEST(PutInOrder, TheDeeperMountComesLaterWhateverTheOptionsOrder) {
    std::vector<PlanStep> steps = {
        user_mount_on("/a/b/c"), user_mount_on("/a"), mount_of("fs-x", "/"), user_mount_on("/a/b")};

    do {
        std::vector<PlanStep> ordered = steps;
        put_in_order(ordered);
        EXPECT_EQ(words_of(ordered), (Words{"mount /", "mount /a", "mount /a/b", "mount /a/b/c"}));
    } while (
        std::next_permutation(steps.begin(), steps.end(), [](const PlanStep& a, const PlanStep& b) {
            return words_of({a}) < words_of({b});
        }));
}

TEST(PutInOrder, StagesRunAsTheirListSays) {
    std::vector<PlanStep> steps = {
        core_step(sdk::Stage::filter, sdk::Filter{}),
        core_step(sdk::Stage::seal, sdk::Prctl{}),
        core_step(sdk::Stage::identity, sdk::Ids{}),
        core_step(sdk::Stage::limits, sdk::Rlimit{}),
        core_step(sdk::Stage::inside, sdk::Hostname{"h"}),
        mount_of("fs-x", "/"),
        core_step(sdk::Stage::enter, sdk::Unshare{}),
    };

    put_in_order(steps);

    for (std::size_t i = 1; i < steps.size(); ++i)
        EXPECT_LT(steps[i - 1].stage, steps[i].stage) << i;
}

TEST(PutInOrder, InsideMountsComeBeforeTheirMasksAndThePivotLast) {
    const auto inside = [](sdk::Step step) {
        return core_step(sdk::Stage::inside, std::move(step));
    };
    std::vector<PlanStep> steps = {inside(sdk::PivotRoot{}),
                                   inside(sdk::ReadOnly{"/proc/sys"}),
                                   inside(sdk::Mask{"/proc/kcore"}),
                                   inside(sdk::Sysctl{"net/x", "1"}),
                                   inside(sdk::Mount{"/proc", sdk::NewFilesystem{"proc", {}}, {}}),
                                   inside(sdk::Hostname{"box"}),
                                   inside(sdk::LinkUp{"lo"})};

    put_in_order(steps);

    EXPECT_EQ(words_of(steps),
              (Words{"link-up lo",
                     "hostname box",
                     "mount /proc",
                     "sysctl net/x = 1",
                     "mask /proc/kcore",
                     "read-only /proc/sys",
                     "pivot-root into the new root, the old one dropped"}));
}

TEST(PutInOrder, NoNewPrivsComesBeforeTheLabelAndLandlockLast) {
    const auto seal = [](sdk::Step step) { return core_step(sdk::Stage::seal, std::move(step)); };
    std::vector<PlanStep> steps = {seal(sdk::LandlockRestrict{{"x.rules"}}),
                                   seal(sdk::SelfAttribute{"exec", "label"}),
                                   seal(sdk::Prctl{38, {1, 0, 0, 0}})};

    put_in_order(steps);

    EXPECT_EQ(words_of(steps),
              (Words{"prctl 38", "self-attribute exec = label", "landlock {x.rules}"}));
}

TEST(SettleTargets, TheUsersMountReplacesADefaultOnItsTarget) {
    const auto settled = settle_targets({mount_of("core", "/tmp"), user_mount_on("/tmp")});

    ASSERT_TRUE(settled.ok());
    ASSERT_EQ(settled->size(), 1U);
    EXPECT_EQ(settled->front().source, "--mount-ro /srv:/tmp");
}

TEST(SettleTargets, APluginsMountReplacesTheCores) {
    const auto settled = settle_targets({mount_of("core", "/run"), mount_of("fs-x", "/run")});

    ASSERT_TRUE(settled.ok());
    ASSERT_EQ(settled->size(), 1U);
    EXPECT_EQ(settled->front().plugin, "fs-x");
}

TEST(SettleTargets, TwoOfTheUsersOnOneTargetAreAnErrorThatNamesBoth) {
    PlanStep other = user_mount_on("/data");
    other.source = "--tmpfs /data";

    const auto settled = settle_targets({user_mount_on("/data"), other});

    ASSERT_FALSE(settled.ok());
    EXPECT_NE(settled.error().what.find("--mount-ro /srv:/data"), std::string::npos);
    EXPECT_NE(settled.error().what.find("--tmpfs /data"), std::string::npos);
}

TEST(SettleTargets, TwoPluginsOnOneTargetAreAnErrorThatNamesBoth) {
    const auto settled = settle_targets({mount_of("fs-x", "/opt"), mount_of("sec-y", "/opt")});

    ASSERT_FALSE(settled.ok());
    EXPECT_EQ(settled.error().what, "two mounts on /opt: fs-x and sec-y");
}

TEST(SettleTargets, DefaultsBelowAUsersMountAreDropped) {
    const auto settled =
        settle_targets({core_step(sdk::Stage::assemble, sdk::File{"/etc/hosts", "x", 0644}),
                        core_step(sdk::Stage::assemble, sdk::File{"/etcetera", "x", 0644}),
                        mount_of("core", "/etc/deep"),
                        user_mount_on("/etc")});

    ASSERT_TRUE(settled.ok());
    EXPECT_EQ(words_of(*settled), (Words{"file /etcetera", "mount /etc"}));
}

TEST(SettleTargets, AUsersMountBelowAnotherOfTheUsersStays) {
    const auto settled = settle_targets({user_mount_on("/a"), user_mount_on("/a/b")});

    ASSERT_TRUE(settled.ok());
    EXPECT_EQ(settled->size(), 2U);
}

} // namespace microbox::core
