// SPDX-License-Identifier: MIT
// The commonest silent faults of this field, one each: what verification must see.
#include "core/run/verify.hpp"

#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace microbox::core {

namespace {

Plan plan_of_root_and_data() {
    Plan plan;
    sdk::Mount root{"/", sdk::Overlay{"/srv/root", sdk::Ownership::keep}, {}};
    plan.steps.push_back({sdk::Stage::assemble, root, "fs-x", "default"});
    sdk::Mount data{"/data", sdk::Bind{"/srv", true, sdk::Ownership::keep}, {}};
    data.flags.read_only = true;
    plan.steps.push_back({sdk::Stage::assemble, data, "core", "--mount-ro"});
    plan.steps.push_back({sdk::Stage::inside, sdk::Mask{"/proc/kcore"}, "core", "default"});
    return plan;
}

MountLine line(const std::string& point, const std::string& options, const std::string& type) {
    MountLine mount;
    mount.point = point;
    mount.options = options;
    mount.type = type;
    return mount;
}

std::vector<MountLine> right_mounts() {
    return {line("/", "rw,nosuid,nodev,relatime", "overlay"),
            line("/data", "ro,nosuid,nodev,relatime,idmapped", "ext4"),
            line("/data/below", "ro,nosuid,nodev", "xfs"),
            line("/proc/kcore", "ro,nosuid,noexec", "tmpfs")};
}

std::string fault_of(const std::vector<MountLine>& mounts) {
    const auto verified = verify_mounts(plan_of_root_and_data(), mounts);
    return verified.ok() ? "" : verified.error().what;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

constexpr const char* right_status = "Name:\tx\n"
                                     "Uid:\t70000\t70000\t70000\t70000\n"
                                     "Gid:\t70005\t70005\t70005\t70005\n"
                                     "Groups:\t \n"
                                     "NoNewPrivs:\t1\n"
                                     "CapInh:\t0000000000000000\n"
                                     "CapAmb:\t0000000000000000\n";

std::string status_fault(std::string from = {}, const std::string& to = {}) {
    Plan plan;
    plan.steps.push_back({sdk::Stage::identity, sdk::Ids{0, 5, {}}, "core", "default"});
    std::string status = right_status;
    if (!from.empty())
        status.replace(status.find(from), from.size(), to);
    const auto verified = verify_status(plan, status, 70000);
    return verified.ok() ? "" : verified.error().what;
}

} // namespace

TEST(VerifyMounts, TakesWhatThePlanSays) {
    EXPECT_EQ(fault_of(right_mounts()), "");
}

TEST(VerifyMounts, SeesANosuidThatTheKernelIgnored) {
    auto mounts = right_mounts();
    mounts[1].options = "ro,nodev";

    EXPECT_TRUE(has(fault_of(mounts), "/data is not nosuid")) << fault_of(mounts);
}

TEST(VerifyMounts, SeesAReadOnlyThatMissedAMountBelow) {
    auto mounts = right_mounts();
    mounts[2].options = "rw,nosuid,nodev";

    EXPECT_TRUE(has(fault_of(mounts), "/data/below is not ro")) << fault_of(mounts);
}

TEST(VerifyMounts, SeesAnotherFileSystem) {
    auto mounts = right_mounts();
    mounts[0].type = "ext4";

    EXPECT_TRUE(has(fault_of(mounts), "not a overlay")) << fault_of(mounts);
}

TEST(VerifyMounts, SeesAMountThatIsMissing) {
    auto mounts = right_mounts();
    mounts.erase(mounts.begin() + 1, mounts.begin() + 3);

    EXPECT_NE(fault_of(mounts), "");
}

TEST(VerifyMounts, SeesAMountThatNobodyAskedFor) {
    auto mounts = right_mounts();
    mounts.push_back(line("/opt", "rw,nosuid,nodev", "ext4"));

    EXPECT_TRUE(has(fault_of(mounts), "does not name")) << fault_of(mounts);
}

TEST(VerifyMounts, SeesAMountThatShowsWhatTheHostMountsLater) {
    auto mounts = right_mounts();
    mounts[2].hears_host = true;

    EXPECT_TRUE(has(fault_of(mounts), "/data/below")) << fault_of(mounts);
}

TEST(VerifyMounts, SeesAMaskThatCanBeWritten) {
    auto mounts = right_mounts();
    mounts[3].options = "rw,nosuid,noexec";

    EXPECT_TRUE(has(fault_of(mounts), "/proc/kcore is not ro")) << fault_of(mounts);
}

TEST(VerifyMounts, SeesEveryFlagThatIsGone) {
    Plan plan = plan_of_root_and_data();
    auto& data = std::get<sdk::Mount>(plan.steps[1].step);
    data.flags.no_exec = true;
    const std::string all = "ro,nosuid,nodev,noexec";
    for (const std::string flag : {"ro", "nosuid", "nodev", "noexec"}) {
        auto mounts = right_mounts();
        mounts[2].options = all;
        mounts[1].options = all;
        EXPECT_TRUE(verify_mounts(plan, mounts).ok());
        mounts[1].options.replace(all.find(flag), flag.size(), "rw");

        const auto verified = verify_mounts(plan, mounts);

        ASSERT_FALSE(verified.ok()) << flag;
        EXPECT_TRUE(has(verified.error().what, "/data is not " + flag)) << verified.error().what;
    }
}

TEST(VerifyMounts, SeesEveryKindOfAnotherType) {
    const std::pair<sdk::MountSource, const char*> rows[] = {
        {sdk::NewFilesystem{"proc", {}}, "proc"},
        {sdk::NewFilesystem{"devpts", {}}, "devpts"},
        {sdk::StorageDirectory{"tmp", 01777}, "tmpfs"},
        {sdk::Overlay{"/srv", sdk::Ownership::keep}, "overlay"}};
    for (const auto& [source, type] : rows) {
        Plan plan;
        plan.steps.push_back({sdk::Stage::inside, sdk::Mount{"/x", source, {}}, "core", "default"});

        EXPECT_TRUE(verify_mounts(plan, {line("/x", "rw,nosuid,nodev", type)}).ok()) << type;
        EXPECT_FALSE(verify_mounts(plan, {line("/x", "rw,nosuid,nodev", "ext4")}).ok()) << type;
    }
}

TEST(VerifyMounts, TakesAMountBehindALinkOnlyWithItsFlags) {
    auto mounts = right_mounts();
    mounts.erase(mounts.begin() + 2);
    mounts[1].point = "/real/data";
    EXPECT_EQ(fault_of(mounts), "");

    mounts[1].options = "rw,nosuid,nodev,relatime,idmapped";
    EXPECT_TRUE(has(fault_of(mounts), "not as planned: /data")) << fault_of(mounts);
}

TEST(VerifyCovers, SeesAMaskThatWasSkipped) {
    auto mounts = right_mounts();
    EXPECT_TRUE(uncovered(plan_of_root_and_data(), mounts).empty());

    mounts.pop_back();
    EXPECT_EQ(uncovered(plan_of_root_and_data(), mounts), std::vector<std::string>{"/proc/kcore"});
}

TEST(VerifyCovers, SeesAReadOnlyPathThatWasSkippedOrCanBeWritten) {
    Plan plan = plan_of_root_and_data();
    plan.steps.push_back({sdk::Stage::inside, sdk::ReadOnly{"/proc/sys"}, "core", "default"});
    auto mounts = right_mounts();
    EXPECT_EQ(uncovered(plan, mounts), std::vector<std::string>{"/proc/sys"});

    mounts.push_back(line("/proc/sys", "rw,nosuid,nodev,noexec", "proc"));
    EXPECT_EQ(uncovered(plan, mounts), std::vector<std::string>{"/proc/sys"});
    mounts.back().options = "ro,nosuid,nodev,noexec";
    EXPECT_TRUE(uncovered(plan, mounts).empty());
}

TEST(VerifyStatus, TakesWhatThePlanSays) {
    EXPECT_EQ(status_fault(), "");
}

TEST(VerifyStatus, SeesEveryRightThatIsLeft) {
    EXPECT_TRUE(has(status_fault("70000\t70000\n", "0\t70000\n"), "user ids"));
    EXPECT_TRUE(has(status_fault("70005\t70005\n", "70005\t0\n"), "group ids"));
    EXPECT_TRUE(has(status_fault("Groups:\t ", "Groups:\t27 "), "27"));
    EXPECT_TRUE(has(status_fault("NoNewPrivs:\t1", "NoNewPrivs:\t0"), "no_new_privs"));
    EXPECT_TRUE(has(status_fault("CapInh:\t00", "CapInh:\t01"), "CapInh"));
    EXPECT_TRUE(has(status_fault("CapAmb:\t00", "CapAmb:\t01"), "CapAmb"));
}

TEST(VerifyStatus, AStatusThatDoesNotSayIsNoProof) {
    EXPECT_NE(status_fault("NoNewPrivs:\t1\n", ""), "");
    EXPECT_NE(status_fault("CapAmb:\t0000000000000000\n", ""), "");
}

} // namespace microbox::core
