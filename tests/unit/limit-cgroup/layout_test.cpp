// SPDX-License-Identifier: MIT
// The choice between v1 and v2 on hosts of every kind.
#include "hosts.hpp"
#include "layout.hpp"
#include "mounts.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

using namespace microbox;
using limit_cgroup::choose_layout;
using limit_cgroup::Controller;
using limit_cgroup::layout_questions;
using limit_cgroup::V1Layout;
using limit_cgroup::V2Layout;
using test::host;

TEST(CgroupLayout, HybridHostIsV1) {
    auto layout = choose_layout(test::hybrid_host());
    ASSERT_TRUE(layout.ok()) << layout.error().what;
    const auto* v1 = std::get_if<V1Layout>(&*layout);
    ASSERT_NE(v1, nullptr);
    ASSERT_EQ(v1->directories.size(), 3U);
    EXPECT_EQ(v1->directories[0].point, "/sys/fs/cgroup/cpu");
    EXPECT_EQ(v1->directories[1].point, "/sys/fs/cgroup/memory");
    EXPECT_EQ(v1->directories[2].point, "/sys/fs/cgroup/pids");
}

TEST(CgroupLayout, ControllersMountedTogetherShareADirectory) {
    auto layout = choose_layout(
        host("32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
             "35 31 0:32 /docker/abc /sys/fs/cgroup/rest rw - cgroup cgroup rw,memory,pids\n"));
    ASSERT_TRUE(layout.ok()) << layout.error().what;
    const auto* v1 = std::get_if<V1Layout>(&*layout);
    ASSERT_NE(v1, nullptr);
    ASSERT_EQ(v1->directories.size(), 2U);
    EXPECT_EQ(v1->directories[1].root, "/docker/abc");
    EXPECT_EQ(v1->directories[1].controllers,
              (std::vector<Controller>{Controller::memory, Controller::pids}));
}

TEST(CgroupLayout, TheMountOfTheWholeHierarchyIsPreferred) {
    auto layout = choose_layout(host("1 1 0:1 /part /srv/part rw - cgroup c rw,cpu,memory,pids\n"
                                     "2 1 0:1 / /cg/read ro - cgroup c rw,cpu,memory,pids\n"
                                     "3 1 0:1 / /cg/all rw - cgroup c rw,cpu,memory,pids\n"));
    ASSERT_TRUE(layout.ok()) << layout.error().what;
    EXPECT_EQ(std::get<V1Layout>(*layout).directories.at(0).point, "/cg/all");
}

TEST(CgroupLayout, V2HostNeedsNothingEnabledWhenItIs) {
    auto layout = choose_layout(test::v2_host());
    ASSERT_TRUE(layout.ok()) << layout.error().what;
    const auto* v2 = std::get_if<V2Layout>(&*layout);
    ASSERT_NE(v2, nullptr);
    EXPECT_EQ(v2->point, "/sys/fs/cgroup");
    EXPECT_EQ(v2->root, "/");
    EXPECT_TRUE(v2->to_enable.empty());
}

TEST(CgroupLayout, V2HostEnablesOnlyWhatIsMissing) {
    auto layout = choose_layout(test::v2_host("cpu memory pids\n", "memory\n"));
    ASSERT_TRUE(layout.ok()) << layout.error().what;
    EXPECT_EQ(std::get<V2Layout>(*layout).to_enable,
              (std::vector<Controller>{Controller::cpu, Controller::pids}));
}

TEST(CgroupLayout, AMissingControllerIsNamedWithItsRemedy) {
    auto v2 = choose_layout(test::v2_host("cpuset cpu io pids\n"));
    ASSERT_FALSE(v2.ok());
    EXPECT_EQ(v2.error().what,
              "the cgroup controller memory is not on this host, neither as v1 nor as v2");
    EXPECT_NE(v2.error().hint.find("cgroup_enable=memory"), std::string::npos);

    auto v1 = choose_layout(host("1 1 0:1 / /cg/cpu rw - cgroup c rw,cpu,cpuacct\n"
                                 "2 1 0:2 / /cg/memory rw - cgroup c rw,memory\n"));
    ASSERT_FALSE(v1.ok());
    EXPECT_NE(v1.error().what.find("controller pids"), std::string::npos);
    EXPECT_NE(v1.error().hint.find("mount -t cgroup -o pids"), std::string::npos);
}

TEST(CgroupLayout, ControllersOnBothVersionsAreRefused) {
    auto facts = host("1 1 0:1 / /cg/memory rw - cgroup c rw,memory\n"
                      "2 1 0:2 / /cg/v2 rw - cgroup2 c rw\n");
    test::put_text(facts, "/cg/v2/cgroup.controllers", "cpu pids\n");
    auto layout = choose_layout(facts);
    ASSERT_FALSE(layout.ok());
    EXPECT_NE(layout.error().what.find("memory is on v1"), std::string::npos);
}

TEST(CgroupLayout, ReadOnlyMountsAreRefusedByName) {
    auto v1 = choose_layout(host("1 1 0:1 / /cg/all ro - cgroup c rw,cpu,memory,pids\n"));
    ASSERT_FALSE(v1.ok());
    EXPECT_EQ(v1.error().what, "the cgroup file system /cg/all is mounted read-only");
    auto facts = host("2 1 0:2 / /cg/v2 ro - cgroup2 c rw\n");
    test::put_text(facts, "/cg/v2/cgroup.controllers", "cpu memory pids\n");
    EXPECT_FALSE(choose_layout(facts).ok());
}

TEST(CgroupLayout, AHostWithoutCgroupsIsRefused) {
    for (const auto& facts : {host(""), sdk::Facts()}) {
        auto layout = choose_layout(facts);
        ASSERT_FALSE(layout.ok());
        EXPECT_NE(layout.error().what.find("no cgroup file system is mounted"), std::string::npos);
    }
}

TEST(CgroupLayout, V2FilesAreAskedForOnlyWhereTheyDecide) {
    EXPECT_EQ(layout_questions({}).size(), 1U);
    EXPECT_TRUE(layout_questions(test::hybrid_host()).empty());
    const auto questions = layout_questions(test::v2_host());
    ASSERT_EQ(questions.size(), 2U);
    EXPECT_EQ(questions[0].subject, "/sys/fs/cgroup/cgroup.controllers");
    EXPECT_EQ(questions[1].subject, "/sys/fs/cgroup/cgroup.subtree_control");
}

TEST(CgroupMounts, EscapesAndOddLinesAreRead) {
    const auto mounts = limit_cgroup::cgroup_mounts(
        "2 1 0:2 /a\\134b /cg/with\\040blank rw shared:1 master:2 - cgroup c rw,pids\n"
        "short - cgroup\n"
        "3 1 0:3 / /mnt rw - cgroupfs c rw,pids\n"
        "4 1 0:3 / /mnt rw - cgroup\n");
    ASSERT_EQ(mounts.size(), 1U);
    EXPECT_EQ(mounts[0].point, "/cg/with blank");
    EXPECT_EQ(mounts[0].root, "/a\\b");
    EXPECT_FALSE(mounts[0].read_only);
}

} // namespace
