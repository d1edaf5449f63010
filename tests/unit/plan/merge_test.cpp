// SPDX-License-Identifier: MIT
#include "core/plan/merge.hpp"
#include "tests/unit/plan/steps.hpp"

#include <gtest/gtest.h>

#include <sched.h>

namespace microbox::core {

namespace {

Contribution filesystem() {
    Contribution one{"fs-x", {}};
    one.fragment.claims = {"root"};
    one.fragment.add(sdk::Stage::assemble,
                     sdk::Mount{"/", sdk::StorageDirectory{"root", 0755}, {}});
    one.fragment.storage = sdk::Storage{8U << 20U, 0, "--storage"};
    return one;
}

Contribution network() {
    Contribution one{"net-x", {}};
    one.fragment.claims = {"network"};
    one.fragment.own_network = true;
    return one;
}

} // namespace

TEST(Merge, TakesOneRootAndOneNetwork) {
    Plan plan;

    const auto merged = merge(plan, {filesystem(), network()}, {});

    ASSERT_TRUE(merged.ok());
    ASSERT_EQ(plan.steps.size(), 1U);
    EXPECT_EQ(plan.steps[0].plugin, "fs-x");
    EXPECT_NE(plan.namespaces & CLONE_NEWNET, 0);
}

TEST(Merge, NamesBothOwnersOfOneClaim) {
    Plan plan;
    Contribution other{"sec-y", {}};
    other.fragment.claims = {"network"};

    const auto merged = merge(plan, {filesystem(), network(), other}, {});

    ASSERT_FALSE(merged.ok());
    EXPECT_EQ(merged.error().what, "two plugins claim 'network': net-x and sec-y");
    EXPECT_FALSE(merged.error().hint.empty());
}

TEST(Merge, RefusesARunWithoutRootOrNetwork) {
    Plan plan;

    const auto no_root = merge(plan, {network()}, {});
    const auto no_network = merge(plan, {filesystem()}, {});

    ASSERT_FALSE(no_root.ok());
    EXPECT_NE(no_root.error().what.find("root"), std::string::npos);
    ASSERT_FALSE(no_network.ok());
    EXPECT_NE(no_network.error().what.find("network"), std::string::npos);
}

TEST(Merge, RefusesAFilesystemModeThatMountsNoRoot) {
    Plan plan;
    Contribution rootless{"fs-x", {}};
    rootless.fragment.claims = {"root"};

    const auto merged = merge(plan, {rootless, network()}, {});

    ASSERT_FALSE(merged.ok());
    EXPECT_NE(merged.error().what.find("no mount on /"), std::string::npos);
}

TEST(Merge, BoundsTheNumberOfInodesByTheStorage) {
    Plan plan;

    ASSERT_TRUE(merge(plan, {filesystem(), network()}, {}).ok());

    EXPECT_EQ(plan.storage->inodes, (8U << 20U) / 4096U);
}

TEST(Merge, TakesTheSizesOfTmpfsOutOfTheStorage) {
    Plan plan;
    UserSteps mounts;
    mounts.tmpfs_bytes = 3U << 20U;

    ASSERT_TRUE(merge(plan, {filesystem(), network()}, mounts).ok());

    EXPECT_EQ(plan.storage->bytes, 5U << 20U);
}

TEST(Merge, RefusesTmpfsSizesBeyondTheStorage) {
    Plan plan;
    UserSteps mounts;
    mounts.tmpfs_bytes = 8U << 20U;

    const auto merged = merge(plan, {filesystem(), network()}, mounts);

    ASSERT_FALSE(merged.ok());
    EXPECT_NE(merged.error().what.find("--tmpfs"), std::string::npos);
}

TEST(Merge, WarnsWhenMoreCanBeStoredThanThereIsMemory) {
    Plan plan;
    Contribution limit{"limit-x", {}};
    limit.fragment.memory_bytes = 4U << 20U;

    ASSERT_TRUE(merge(plan, {filesystem(), network(), limit}, {}).ok());

    ASSERT_EQ(plan.notices.size(), 1U);
    EXPECT_EQ(plan.notices[0].notice.kind, sdk::Notice::Kind::warning);
    EXPECT_NE(plan.notices[0].notice.text.find("memory"), std::string::npos);
}

TEST(Merge, LeavesTheHostsNetworkWhenTheModeSharesIt) {
    Plan plan;
    Contribution shared = network();
    shared.fragment.own_network = false;

    ASSERT_TRUE(merge(plan, {filesystem(), shared}, {}).ok());

    EXPECT_FALSE(plan.own_network);
    EXPECT_EQ(plan.namespaces & CLONE_NEWNET, 0);
}

} // namespace microbox::core
