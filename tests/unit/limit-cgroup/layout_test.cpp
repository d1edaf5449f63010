// SPDX-License-Identifier: MIT
// The choice between v1 and v2 on hosts of every kind, for root.
#include "hosts.hpp"
#include "layout.hpp"
#include "mounts.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

using namespace microbox;
using limit_cgroup::Controller;
using limit_cgroup::Controllers;
using limit_cgroup::Layout;
using limit_cgroup::V1Layout;
using limit_cgroup::V2Layout;
using limit_cgroup::Wish;
using test::host;

const Controllers all = {Controller::cpu, Controller::memory, Controller::pids};

Layout choose_layout(const sdk::Facts& facts) {
    return limit_cgroup::choose_layout(facts, Wish{});
}

TEST(CgroupLayout, HybridHostIsV1) {
    const Layout layout = choose_layout(test::hybrid_host());
    const auto* v1 = std::get_if<V1Layout>(&layout.cgroup);
    ASSERT_NE(v1, nullptr);
    EXPECT_EQ(layout.held, all);
    ASSERT_EQ(v1->directories.size(), 3U);
    EXPECT_EQ(v1->directories[0].point, "/sys/fs/cgroup/cpu");
    EXPECT_EQ(v1->directories[1].point, "/sys/fs/cgroup/memory");
    EXPECT_EQ(v1->directories[2].point, "/sys/fs/cgroup/pids");
}

TEST(CgroupLayout, ControllersMountedTogetherShareADirectory) {
    const Layout layout = choose_layout(
        host("32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
             "35 31 0:32 /docker/abc /sys/fs/cgroup/rest rw - cgroup cgroup rw,memory,pids\n"));
    const auto* v1 = std::get_if<V1Layout>(&layout.cgroup);
    ASSERT_NE(v1, nullptr);
    ASSERT_EQ(v1->directories.size(), 2U);
    EXPECT_EQ(v1->directories[1].root, "/docker/abc");
    EXPECT_EQ(v1->directories[1].controllers, (Controllers{Controller::memory, Controller::pids}));
}

TEST(CgroupLayout, TheMountOfTheWholeHierarchyIsPreferred) {
    const Layout layout =
        choose_layout(host("1 1 0:1 /part /srv/part rw - cgroup c rw,cpu,memory,pids\n"
                           "2 1 0:1 / /cg/read ro - cgroup c rw,cpu,memory,pids\n"
                           "3 1 0:1 / /cg/all rw - cgroup c rw,cpu,memory,pids\n"));
    ASSERT_TRUE(std::holds_alternative<V1Layout>(layout.cgroup));
    EXPECT_EQ(std::get<V1Layout>(layout.cgroup).directories.at(0).point, "/cg/all");
}

TEST(CgroupLayout, V2HostNeedsNothingEnabledWhenItIs) {
    const Layout layout = choose_layout(test::v2_host());
    const auto* v2 = std::get_if<V2Layout>(&layout.cgroup);
    ASSERT_NE(v2, nullptr);
    EXPECT_EQ(layout.held, all);
    EXPECT_EQ(v2->directory, "/sys/fs/cgroup");
    EXPECT_EQ(v2->path, "/");
    EXPECT_TRUE(v2->to_enable.empty());
    EXPECT_FALSE(v2->leave);
    EXPECT_EQ(v2->bus, "");
}

TEST(CgroupLayout, V2HostEnablesOnlyWhatIsMissing) {
    const Layout layout = choose_layout(test::v2_host("cpu memory pids\n", "memory\n"));
    ASSERT_TRUE(std::holds_alternative<V2Layout>(layout.cgroup));
    EXPECT_EQ(std::get<V2Layout>(layout.cgroup).to_enable,
              (Controllers{Controller::cpu, Controller::pids}));
}

TEST(CgroupLayout, AMissingControllerIsNamedAndTheOthersAreHeld) {
    const Layout v2 = choose_layout(test::v2_host("cpuset cpu io pids\n"));
    EXPECT_EQ(v2.held, (Controllers{Controller::cpu, Controller::pids}));
    EXPECT_NE(v2.why.find("does not have the controllers memory"), std::string::npos) << v2.why;
    EXPECT_NE(v2.remedy.find("cgroup_enable=memory"), std::string::npos);

    const Layout v1 = choose_layout(host("1 1 0:1 / /cg/cpu rw - cgroup c rw,cpu,cpuacct\n"
                                         "2 1 0:2 / /cg/memory rw - cgroup c rw,memory\n"));
    EXPECT_EQ(v1.held, (Controllers{Controller::cpu, Controller::memory}));
    EXPECT_EQ(v1.why, "the cgroup controller pids is not mounted");
    EXPECT_NE(v1.remedy.find("mount -t cgroup -o pids"), std::string::npos);
}

TEST(CgroupLayout, OfControllersOnBothVersionsTheOneWithMoreOfThemIsTaken) {
    auto facts = host("1 1 0:1 / /cg/memory rw - cgroup c rw,memory\n"
                      "2 1 0:2 / /cg/v2 rw - cgroup2 c rw\n");
    test::put_group(facts, {"/", "cpu pids\n", "\n", 0, {}}, "/cg/v2");
    const Layout layout = choose_layout(facts);
    EXPECT_TRUE(std::holds_alternative<V2Layout>(layout.cgroup));
    EXPECT_EQ(layout.held, (Controllers{Controller::cpu, Controller::pids}));
    EXPECT_NE(layout.why.find("memory"), std::string::npos) << layout.why;
}

TEST(CgroupLayout, ReadOnlyMountsHoldNothingAndAreNamed) {
    const Layout v1 = choose_layout(host("1 1 0:1 / /cg/all ro - cgroup c rw,cpu,memory,pids\n"));
    EXPECT_TRUE(v1.held.empty());
    EXPECT_EQ(v1.why, "the cgroup file system /cg/all is mounted read-only");
    // Docker without --privileged: a cgroup namespace of its own, and nothing can be written.
    auto facts = host("2 1 0:2 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw,nsdelegate\n");
    test::put_group(facts, {"/", "cpu memory pids\n", "\n", 0, "1\n"});
    const Layout v2 = choose_layout(facts);
    EXPECT_TRUE(std::holds_alternative<std::monostate>(v2.cgroup));
    EXPECT_EQ(v2.why, "the cgroup file system /sys/fs/cgroup is mounted read-only");
    EXPECT_NE(v2.remedy.find("container"), std::string::npos);
}

TEST(CgroupLayout, AHostWithoutCgroupsHoldsNothing) {
    for (const auto& facts : {host(""), sdk::Facts()}) {
        const Layout layout = choose_layout(facts);
        EXPECT_TRUE(std::holds_alternative<std::monostate>(layout.cgroup));
        EXPECT_TRUE(layout.held.empty());
        EXPECT_EQ(layout.why, "no cgroup file system is mounted");
    }
}

TEST(CgroupLayout, AContainersTopThatIsLivedInIsLeftWhenWeAreAlone) {
    auto facts = test::host("34 23 0:29 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n");
    test::put_group(facts, {"/", "cpu memory pids\n", "\n", 0, "77\n"});
    test::put_file(facts, "/sys/fs/cgroup/cgroup.type", 0); // a namespace's top, not the root
    test::put_caller(facts, 0, "0::/\n");
    const Layout alone = choose_layout(facts);
    ASSERT_TRUE(std::holds_alternative<V2Layout>(alone.cgroup));
    EXPECT_TRUE(std::get<V2Layout>(alone.cgroup).leave);
    EXPECT_EQ(alone.held, all);

    test::put_group(facts, {"/", "cpu memory pids\n", "\n", 0, "1\n77\n"});
    test::put_file(facts, "/sys/fs/cgroup/cgroup.type", 0);
    const Layout beside = choose_layout(facts);
    EXPECT_TRUE(beside.held.empty());
    EXPECT_EQ(beside.why, "other processes live in / itself");
}

TEST(CgroupLayout, RootIsAskedLittle) {
    EXPECT_EQ(limit_cgroup::layout_questions({}, Wish{}).size(), 1U);
    EXPECT_TRUE(limit_cgroup::layout_questions(test::hybrid_host(), Wish{}).empty());
    for (const auto& question : limit_cgroup::layout_questions(test::v2_host(), Wish{})) {
        EXPECT_EQ(question.subject.rfind("/sys/fs/cgroup", 0), 0U) << question.subject;
        EXPECT_EQ(question.subject.find(".slice"), std::string::npos) << question.subject;
    }
}

TEST(CgroupLayout, DiskRatesNeedV2) {
    Wish wish;
    wish.controllers.push_back(Controller::io);
    const Layout v1 = limit_cgroup::choose_layout(test::hybrid_host(), wish);
    EXPECT_EQ(v1.held, all);
    EXPECT_NE(v1.why.find("v1, which does not see"), std::string::npos) << v1.why;
    const Layout v2 = limit_cgroup::choose_layout(test::v2_host(), wish);
    EXPECT_EQ(v2.held.size(), 4U);
    EXPECT_EQ(std::get<V2Layout>(v2.cgroup).to_enable, (Controllers{Controller::io}));
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

TEST(CgroupMounts, ACgroupIsSeenThroughAMountOfAPart) {
    limit_cgroup::CgroupMount mount;
    mount.point = "/cg";
    mount.root = "/docker/a";
    EXPECT_EQ(limit_cgroup::seen_at(mount, "/docker/a"), "/cg");
    EXPECT_EQ(limit_cgroup::seen_at(mount, "/docker/a/b"), "/cg/b");
    EXPECT_FALSE(limit_cgroup::seen_at(mount, "/docker/ab"));
    EXPECT_FALSE(limit_cgroup::seen_at(mount, "/docker"));
    mount.root = "/";
    EXPECT_EQ(limit_cgroup::seen_at(mount, "/"), "/cg");
    EXPECT_EQ(limit_cgroup::seen_at(mount, "/x"), "/cg/x");
    EXPECT_FALSE(limit_cgroup::seen_at(mount, "/../x"));
}

} // namespace
