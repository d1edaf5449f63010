// SPDX-License-Identifier: MIT
// Where a plain user's limits are held: one host of every kind that people have.
#include "hosts.hpp"
#include "layout.hpp"

#include <string>

#include <gtest/gtest.h>

namespace {

using namespace microbox;
using limit_cgroup::Controller;
using limit_cgroup::Controllers;
using limit_cgroup::Layout;
using limit_cgroup::V1Layout;
using limit_cgroup::V2Layout;
using limit_cgroup::Wish;
using test::Group;

const Controllers all = {Controller::cpu, Controller::memory, Controller::pids};
const std::string slice = "/user.slice/user-1000.slice";
const std::string service = slice + "/user@1000.service";

Layout choose(const sdk::Facts& facts) {
    Wish wish;
    wish.privileged = false;
    return limit_cgroup::choose_layout(facts, wish);
}

const V2Layout& v2_of(const Layout& layout) {
    static const V2Layout none;
    const auto* v2 = std::get_if<V2Layout>(&layout.cgroup);
    EXPECT_NE(v2, nullptr) << layout.why;
    return v2 != nullptr ? *v2 : none;
}

/// Debian's cgroups, root's down to the user's slice.
sdk::Facts debian() {
    sdk::Facts facts = test::v2_host();
    test::put_group(facts, {"/user.slice"});
    test::put_group(facts, {slice});
    return facts;
}

TEST(UserLayout, OfALoginOverSshIsAScopeOfTheUsersSystemd) {
    sdk::Facts facts = debian();
    test::put_group(facts, {slice + "/session-2.scope", "cpu memory pids\n", "\n", 0, "70\n77\n"});
    test::put_user_manager(facts, 1000);
    test::put_caller(facts, 1000, "0::" + slice + "/session-2.scope\n");
    const Layout layout = choose(facts);
    EXPECT_EQ(layout.held, all);
    EXPECT_EQ(v2_of(layout).bus, "/run/user/1000/bus");
    EXPECT_TRUE(v2_of(layout).leave);
    EXPECT_EQ(v2_of(layout).to_enable, all);
}

TEST(UserLayout, OfADesktopSessionIsAScopeEvenThoughItsCgroupIsTheUsers) {
    // One writer: the user's systemd keeps the books of what lies below it.
    sdk::Facts facts = debian();
    test::put_user_manager(facts, 1000);
    test::put_group(facts,
                    {service + "/app.slice", "cpu memory pids\n", "cpu memory pids\n", 1000, {}});
    const std::string own = service + "/app.slice/app-org.gnome.Terminal.slice";
    test::put_group(facts, {own, "cpu memory pids\n", "\n", 1000, "77\n"});
    test::put_caller(facts, 1000, "0::" + own + "\n");
    EXPECT_EQ(v2_of(choose(facts)).bus, "/run/user/1000/bus");
}

TEST(UserLayout, WithoutAUsersSystemdIsTheNearestCgroupThatIsTheUsers) {
    sdk::Facts facts = debian();
    test::put_group(facts, {service, "cpu memory pids\n", "cpu memory pids\n", 1000, {}});
    test::put_group(facts,
                    {service + "/app.slice", "cpu memory pids\n", "memory pids\n", 1000, {}});
    const std::string own = service + "/app.slice/own.scope";
    test::put_group(facts, {own, "memory pids\n", "\n", 1000, "76\n77\n"});
    test::put_caller(facts, 1000, "0::" + own + "\n");
    const Layout layout = choose(facts);
    EXPECT_EQ(layout.held, all);
    EXPECT_EQ(v2_of(layout).directory, "/sys/fs/cgroup" + service + "/app.slice");
    EXPECT_EQ(v2_of(layout).path, service + "/app.slice");
    EXPECT_EQ(v2_of(layout).to_enable, (Controllers{Controller::cpu}));
    EXPECT_FALSE(v2_of(layout).leave);
}

TEST(UserLayout, OfADelegatedServiceIsItsOwnCgroup) {
    // A system's service with User= and Delegate=, its main process moved into a cgroup below.
    sdk::Facts facts = test::v2_host();
    test::put_group(facts, {"/system.slice"});
    test::put_group(facts, {"/system.slice/judge.service", "cpu memory pids\n", "\n", 1000, {}});
    test::put_group(facts, {"/system.slice/judge.service/main", "\n", "\n", 1000, "70\n77\n"});
    test::put_user_manager(facts, 1000); // linger: its scope would serve as well
    test::put_caller(facts, 1000, "0::/system.slice/judge.service/main\n");
    const Layout layout = choose(facts);
    EXPECT_EQ(v2_of(layout).directory, "/sys/fs/cgroup/system.slice/judge.service");
    EXPECT_EQ(v2_of(layout).bus, "");
    EXPECT_FALSE(v2_of(layout).leave);
}

TEST(UserLayout, AloneInADelegatedCgroupIsLeftForOneBelow) {
    sdk::Facts facts = test::v2_host();
    test::put_group(facts, {"/system.slice"});
    test::put_group(facts, {"/system.slice/run.scope", "cpu memory pids\n", "\n", 1000, "77\n"});
    test::put_caller(facts, 1000, "0::/system.slice/run.scope\n");
    const Layout layout = choose(facts);
    EXPECT_EQ(layout.held, all);
    EXPECT_TRUE(v2_of(layout).leave);
}

TEST(UserLayout, BesideOthersInADelegatedCgroupHoldsNothing) {
    sdk::Facts facts = test::v2_host();
    test::put_group(facts, {"/system.slice"});
    test::put_group(facts, {"/system.slice/run.scope", "cpu memory pids\n", "\n", 1000, "7\n77\n"});
    test::put_caller(facts, 1000, "0::/system.slice/run.scope\n");
    const Layout layout = choose(facts);
    EXPECT_TRUE(layout.held.empty());
    EXPECT_EQ(layout.why, "other processes live in /system.slice/run.scope itself");
    EXPECT_NE(layout.remedy.find("Delegate=yes"), std::string::npos);
}

TEST(UserLayout, WithoutDelegationHoldsNothingAndNamesTheRemedy) {
    // su, cron, a container of the host's cgroups: root's all the way.
    sdk::Facts facts = debian();
    test::put_group(facts, {slice + "/session-2.scope", "cpu memory pids\n", "\n", 0, "70\n77\n"});
    test::put_caller(facts, 1000, "0::" + slice + "/session-2.scope\n");
    const Layout layout = choose(facts);
    EXPECT_TRUE(std::holds_alternative<std::monostate>(layout.cgroup));
    EXPECT_NE(layout.why.find("no cgroup of his own"), std::string::npos) << layout.why;
    EXPECT_NE(layout.remedy.find("loginctl enable-linger 1000"), std::string::npos);
}

TEST(UserLayout, AManagerWithoutAControllerHoldsTheOthers) {
    sdk::Facts facts = debian();
    test::put_group(facts, {slice + "/session-2.scope", "memory pids\n", "\n", 0, "77\n"});
    test::put_user_manager(facts, 1000, "cpu pids\n");
    test::put_caller(facts, 1000, "0::" + slice + "/session-2.scope\n");
    const Layout layout = choose(facts);
    EXPECT_EQ(layout.held, (Controllers{Controller::cpu, Controller::pids}));
    EXPECT_EQ(v2_of(layout).to_enable, layout.held);
    EXPECT_EQ(layout.why, "the user's systemd has only the controllers cpu pids");
    EXPECT_NE(layout.remedy.find("Delegate=cpu cpuset io memory pids"), std::string::npos);
}

TEST(UserLayout, ASubtreeWithoutAControllerHoldsTheOthers) {
    sdk::Facts facts = test::v2_host();
    test::put_group(facts, {"/mine", "cpu pids\n", "\n", 1000, {}});
    test::put_group(facts, {"/mine/main", "\n", "\n", 1000, "77\n"});
    test::put_caller(facts, 1000, "0::/mine/main\n");
    const Layout layout = choose(facts);
    EXPECT_EQ(layout.held, (Controllers{Controller::cpu, Controller::pids}));
    EXPECT_EQ(layout.why, "the cgroup /mine does not have the controllers memory");
}

TEST(UserLayout, AnothersBusIsNotAsked) {
    sdk::Facts facts = debian();
    test::put_group(facts, {slice + "/session-2.scope", "cpu memory pids\n", "\n", 0, "77\n"});
    test::put_user_manager(facts, 1000);
    test::put_file(facts, "/run/user/1000/bus", 1001);
    test::put_caller(facts, 1000, "0::" + slice + "/session-2.scope\n");
    EXPECT_TRUE(choose(facts).held.empty());
}

TEST(UserLayout, ABusWithoutSystemdIsNotAsked) {
    sdk::Facts facts = debian();
    test::put_group(facts, {slice + "/session-2.scope", "cpu memory pids\n", "\n", 0, "77\n"});
    test::put_file(facts, "/run/user/1000/bus", 1000);
    test::put_caller(facts, 1000, "0::" + slice + "/session-2.scope\n");
    EXPECT_TRUE(choose(facts).held.empty());
}

TEST(UserLayout, InARootlessContainerWithItsOwnCgroupsIsTheTop) {
    // podman: a cgroup namespace, its top owned by the container's root, who is alone in it.
    auto facts = test::host("34 23 0:29 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n");
    test::put_group(facts, {"/", "cpu memory pids\n", "\n", 0, "77\n"});
    test::put_file(facts, "/sys/fs/cgroup/cgroup.type", 0);
    test::put_caller(facts, 0, "0::/\n");
    const Layout layout = choose(facts);
    EXPECT_EQ(layout.held, all);
    EXPECT_TRUE(v2_of(layout).leave);
    EXPECT_EQ(v2_of(layout).path, "/");
}

TEST(UserLayout, OutsideOfTheCgroupNamespaceHoldsNothing) {
    sdk::Facts facts = test::v2_host();
    test::put_caller(facts, 1000, "0::/../../elsewhere\n");
    EXPECT_TRUE(choose(facts).held.empty());
}

TEST(UserLayout, OnV1IsRootsUnlessAnAdministratorHasGivenACgroup) {
    sdk::Facts facts = test::hybrid_host();
    test::put_caller(facts, 1000, "9:pids:/\n5:memory:/mine\n2:cpu:/\n0::/\n");
    for (const char* controller : {"cpu", "memory", "pids"})
        test::put_file(facts, std::string("/sys/fs/cgroup/") + controller, 0);
    test::put_file(facts, "/sys/fs/cgroup/memory/mine", 0);
    const Layout roots = choose(facts);
    EXPECT_TRUE(roots.held.empty());
    EXPECT_EQ(roots.why, "the cgroups of this host are v1 and belong to root");

    test::put_file(facts, "/sys/fs/cgroup/memory/mine", 1000);
    const Layout given = choose(facts);
    EXPECT_EQ(given.held, (Controllers{Controller::memory}));
    const auto* v1 = std::get_if<V1Layout>(&given.cgroup);
    ASSERT_NE(v1, nullptr);
    ASSERT_EQ(v1->directories.size(), 1U);
    EXPECT_EQ(v1->directories[0].point, "/sys/fs/cgroup/memory/mine");
    EXPECT_EQ(v1->directories[0].root, "/mine");
}

TEST(UserLayout, AGroupsRightIsARight) {
    limit_cgroup::Caller caller;
    caller.uid = 1000;
    caller.groups = {27, 1000};
    sdk::PathFact file;
    EXPECT_FALSE(limit_cgroup::may_write(caller, file));
    file.exists = true;
    file.gid = 27;
    file.mode = 0664;
    EXPECT_TRUE(limit_cgroup::may_write(caller, file));
    file.gid = 28;
    EXPECT_FALSE(limit_cgroup::may_write(caller, file));
    // The owner's bits count for the owner, also when others have more.
    file.uid = 1000;
    file.mode = 0422;
    EXPECT_FALSE(limit_cgroup::may_write(caller, file));
}

TEST(UserLayout, WhatIsAskedSettlesInFourRounds) {
    sdk::Facts all_facts = debian();
    test::put_group(all_facts, {slice + "/session-2.scope", "cpu memory pids\n", "\n", 0, "77\n"});
    test::put_user_manager(all_facts, 1000);
    test::put_caller(all_facts, 1000, "0::" + slice + "/session-2.scope\n");
    Wish wish;
    wish.privileged = false;
    sdk::Facts facts;
    for (int round = 0; round < 4; ++round)
        for (const auto& question : limit_cgroup::layout_questions(facts, wish))
            facts.put(question, all_facts.get(question.kind, question.subject));
    for (const auto& question : limit_cgroup::layout_questions(facts, wish))
        EXPECT_TRUE(facts.has(question)) << question.subject;
    EXPECT_EQ(v2_of(limit_cgroup::choose_layout(facts, wish)).bus, "/run/user/1000/bus");
}

} // namespace
