// SPDX-License-Identifier: MIT
// Each kind of step that can be seen from inside is a question.
#include "core/verify/promises.hpp"

#include <set>

#include <gtest/gtest.h>

#include <linux/prctl.h>

namespace microbox::core {

namespace {

/// The questions of a plan of one step, beside those of every plan.
std::vector<sdk::Promise> of(sdk::Step step) {
    const std::size_t always = promises_of(Plan{}).size();
    Plan plan;
    plan.steps.push_back({sdk::Stage::assemble, std::move(step), "fs-x", "default"});
    std::vector<sdk::Promise> own;
    for (const PlanPromise& one : promises_of(plan))
        if (one.plugin == "fs-x")
            own.push_back(one.promise);
    EXPECT_EQ(promises_of(plan).size(), always + own.size());
    return own;
}

using Words = std::vector<std::string>;

} // namespace

TEST(Promises, OfAMountAreItsFlagsAndThatAReadOnlyOneCannotBeWritten) {
    sdk::Mount mount{"/data", sdk::Bind{"/srv", true, sdk::Ownership::keep}, {}};

    ASSERT_EQ(of(mount).size(), 1U);
    EXPECT_EQ(of(mount)[0].question, (Words{"flags", "/data"}));
    EXPECT_EQ(of(mount)[0].held, (Words{"*nosuid*nodev*"}));

    mount.flags.read_only = true;
    ASSERT_EQ(of(mount).size(), 2U);
    EXPECT_EQ(of(mount)[0].held, (Words{"*ro*nosuid*nodev*"}));
    EXPECT_EQ(of(mount)[1].question, (Words{"write", "/data"}));
}

TEST(Promises, OfAFileAreItsSizeAndTheHashOfItsContent) {
    const auto own = of(sdk::File{"/etc/x", "a", 0644});

    ASSERT_EQ(own.size(), 1U);
    EXPECT_EQ(own[0].held, (Words{"1 af63dc4c8601ec8c"})); // FNV-1a of "a", as published
}

TEST(Promises, OfIdsAreThoseOfTheSandboxAndNoGroups) {
    const auto own = of(sdk::Ids{1000, 100, {}});

    ASSERT_EQ(own.size(), 3U);
    EXPECT_EQ(own[0].held, (Words{"1000\t1000\t1000\t1000"}));
    EXPECT_EQ(own[1].held, (Words{"100\t100\t100\t100"}));
    EXPECT_EQ(own[2].held, (Words{""}));
}

TEST(Promises, OfCapabilitiesAreAllFourSets) {
    const auto own = of(sdk::Capabilities{0xff});

    ASSERT_EQ(own.size(), 4U);
    EXPECT_EQ(own[0].held, (Words{"00000000000000ff"}));
    EXPECT_EQ(own[1].held, (Words{"00000000000000ff", "0000000000000000"}));
    EXPECT_EQ(own[2].held, (Words{"0000000000000000"}));
    EXPECT_EQ(own[3].held, (Words{"0000000000000000"}));
}

TEST(Promises, AreMadeByEachStepThatIsSeenFromInside) {
    EXPECT_EQ(of(sdk::Mask{"/proc/kcore"}).size(), 1U);
    EXPECT_EQ(of(sdk::ReadOnly{"/proc/sys"}).size(), 1U);
    EXPECT_EQ(of(sdk::Hostname{"box"}).size(), 1U);
    EXPECT_EQ(of(sdk::LinkUp{"lo"}).size(), 1U);
    EXPECT_EQ(of(sdk::Rlimit{4, 0, 0}).size(), 1U);
    EXPECT_EQ(of(sdk::Sysctl{"net/x", "1"}).size(), 1U);
    EXPECT_EQ(of(sdk::Device{"/dev/null", 1, 3, 0666}).size(), 1U);
    EXPECT_EQ(of(sdk::Symlink{"/bin", "usr/bin"}).size(), 1U);
    EXPECT_EQ(of(sdk::Directory{"/srv", 0755}).size(), 1U);
    EXPECT_EQ(of(sdk::Prctl{PR_SET_NO_NEW_PRIVS, {1, 0, 0, 0}}).size(), 1U);
    EXPECT_EQ(of(sdk::Filter{nullptr, 0}).size(), 1U);
}

TEST(Promises, OfThePluginsComeToo) {
    Plan plan;
    plan.promises.push_back({{"it holds", {"hostname"}, {"box"}}, "net-x"});

    EXPECT_EQ(promises_of(plan).back().plugin, "net-x");
}

TEST(Promises, NameInitOnlyWhereThereIsOne) {
    Plan plan;
    const std::size_t with_init = promises_of(plan).size();
    plan.command.init = false;

    EXPECT_EQ(promises_of(plan).size(), with_init - 3);
}

} // namespace microbox::core
