// SPDX-License-Identifier: MIT
// Golden fragments of limit-cgroup, and what doctor is told.
#include "host.hpp"
#include "hosts.hpp"
#include "tests/support/fake_session.hpp"
#include "tests/support/plugin_under_test.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sched.h>
#include <sys/resource.h>

namespace {

using namespace microbox;
using test::give;

const std::vector<std::string> claims = {"limit.cpu", "limit.memory", "limit.pids", "limit.io"};

TEST(CgroupPlan, OnV1TheChildMovesItselfAndThenMakesItsNamespace) {
    auto request = test::default_request();
    give(request, "memory", "64M");
    auto fragment = test::make_plugin()->plan(request, test::hybrid_host());
    ASSERT_TRUE(fragment.ok()) << fragment.error().what;
    EXPECT_EQ(fragment->claims, claims);
    EXPECT_EQ(fragment->memory_bytes, 64U << 20U);
    EXPECT_FALSE(fragment->birth_cgroup);
    ASSERT_EQ(fragment->slots.size(), 3U);
    ASSERT_EQ(fragment->steps.size(), 4U);
    const char* names[] = {"limit-cgroup.cpu", "limit-cgroup.memory", "limit-cgroup.pids"};
    const char* sources[] = {"default", "--memory", "default"};
    for (std::size_t i = 0; i < 3; ++i) {
        const auto* write = std::get_if<sdk::WriteDescriptor>(&fragment->steps[i].step);
        ASSERT_NE(write, nullptr);
        EXPECT_EQ(write->content, "0");
        EXPECT_EQ(write->slot.name, names[i]);
        EXPECT_EQ(fragment->slots[i].name, names[i]);
        EXPECT_EQ(fragment->steps[i].stage, sdk::Stage::enter);
        EXPECT_EQ(fragment->steps[i].source, sources[i]);
    }
    const auto* unshare = std::get_if<sdk::Unshare>(&fragment->steps[3].step);
    ASSERT_NE(unshare, nullptr);
    EXPECT_EQ(unshare->types, CLONE_NEWCGROUP);
    EXPECT_EQ(fragment->steps[3].stage, sdk::Stage::enter);
}

TEST(CgroupPlan, OnV2TheChildIsBornInTheCgroup) {
    auto fragment = test::make_plugin()->plan(test::default_request(), test::v2_host());
    ASSERT_TRUE(fragment.ok()) << fragment.error().what;
    EXPECT_EQ(fragment->claims, claims);
    EXPECT_TRUE(fragment->steps.empty());
    ASSERT_EQ(fragment->slots.size(), 1U);
    ASSERT_TRUE(fragment->birth_cgroup);
    EXPECT_EQ(fragment->birth_cgroup->name, "limit-cgroup.directory");
    EXPECT_EQ(fragment->slots[0].name, fragment->birth_cgroup->name);
}

/// What is said of a fragment, with its kind.
std::string notices(const sdk::Fragment& fragment) {
    std::string text;
    for (const auto& notice : fragment.notices)
        text += (notice.kind == sdk::Notice::Kind::weakened ? "weakened: " : "info: ") +
                notice.text + "\n";
    return text;
}

sdk::Request users_request() {
    auto request = test::default_request();
    request.privileged = false;
    return request;
}

/// A plain user on a host whose cgroups are root's.
sdk::Facts v1_users_host() {
    auto facts = test::hybrid_host();
    test::put_caller(facts, 1000, "9:pids:/\n5:memory:/\n2:cpu:/\n0::/\n");
    return facts;
}

const sdk::Rlimit* rlimit_of(const sdk::Fragment& fragment, int resource) {
    for (const auto& placed : fragment.steps)
        if (const auto* step = std::get_if<sdk::Rlimit>(&placed.step);
            step != nullptr && step->resource == resource)
            return step;
    return nullptr;
}

TEST(CgroupPlan, ADefaultThatNoCgroupHoldsFallsBackAndSaysSo) {
    auto fragment = test::make_plugin()->plan(users_request(), v1_users_host());
    ASSERT_TRUE(fragment.ok()) << fragment.error().what;
    EXPECT_EQ(fragment->claims, claims);
    EXPECT_FALSE(fragment->birth_cgroup);
    EXPECT_TRUE(fragment->slots.empty());
    const std::string said = notices(*fragment);
    EXPECT_EQ(said.rfind("weakened: no cgroup holds cpu memory pids here: ", 0), 0U) << said;
    for (const char* word :
         {"v1 and belong to root", "RLIMIT_DATA", "RLIMIT_NPROC", "watch", "run as root"})
        EXPECT_NE(said.find(word), std::string::npos) << word << ": " << said;
    const sdk::Rlimit* data = rlimit_of(*fragment, RLIMIT_DATA);
    ASSERT_NE(data, nullptr);
    EXPECT_EQ(data->hard, std::uint64_t{1} << 30U);
    // Of the user namespace, by prepare(): not of each process.
    EXPECT_EQ(rlimit_of(*fragment, RLIMIT_NPROC), nullptr);
    const auto* unshare = std::get_if<sdk::Unshare>(&fragment->steps.back().step);
    ASSERT_NE(unshare, nullptr);
    EXPECT_EQ(unshare->types, CLONE_NEWCGROUP);
}

TEST(CgroupPlan, AHardLimitOfTheCallersIsNotRaised) {
    auto facts = v1_users_host();
    test::put_text(
        facts,
        "/proc/self/limits",
        "Limit                     Soft Limit           Hard Limit           Units     \n"
        "Max data size             unlimited            104857600            bytes     \n"
        "Max processes             100                  200                  processes \n");
    auto fragment = test::make_plugin()->plan(users_request(), facts);
    ASSERT_TRUE(fragment.ok()) << fragment.error().what;
    ASSERT_NE(rlimit_of(*fragment, RLIMIT_DATA), nullptr);
    EXPECT_EQ(rlimit_of(*fragment, RLIMIT_DATA)->hard, 104857600U);
}

TEST(CgroupPlan, ALimitThatWasAskedForAndThatNoCgroupHoldsIsAnError) {
    for (const auto& [option, value] : std::vector<std::pair<std::string, std::string>>{
             {"memory", "64M"}, {"cpus", "1"}, {"io-read", "1M"}, {"io-weight", "50"}}) {
        auto request = users_request();
        give(request, option, value);
        auto facts = v1_users_host();
        test::put_file(facts, "/sys/dev/block/254:0", 0);
        auto fragment = test::make_plugin()->plan(request, facts);
        ASSERT_FALSE(fragment.ok()) << option;
        EXPECT_EQ(fragment.error().what.rfind("--" + option + ": no cgroup can hold", 0), 0U)
            << fragment.error().what;
        EXPECT_NE(fragment.error().hint.find("run as root"), std::string::npos)
            << fragment.error().hint;
        give(request, "weak-limits", "");
        EXPECT_EQ(test::make_plugin()->plan(request, facts).ok(), option.rfind("io", 0) != 0);
    }
}

TEST(CgroupPlan, TheNumberOfProcessesOfAUserNamespaceIsHeldByTheKernel) {
    auto request = users_request();
    give(request, "pids", "20");
    EXPECT_TRUE(test::make_plugin()->plan(request, v1_users_host()).ok());
    request = test::default_request(); // root's own makes no bound for a namespace
    give(request, "pids", "20");
    EXPECT_FALSE(test::make_plugin()->plan(request, test::v2_host("cpu memory\n")).ok());
}

TEST(CgroupPlan, RequiredLimitsDoNotFallBack) {
    auto request = users_request();
    give(request, "require-limits", "");
    auto fragment = test::make_plugin()->plan(request, v1_users_host());
    ASSERT_FALSE(fragment.ok());
    EXPECT_EQ(fragment.error().what.rfind("--require-limits: no cgroup can hold", 0), 0U);
    EXPECT_TRUE([&] {
        auto root = test::default_request();
        give(root, "require-limits", "");
        return test::make_plugin()->plan(root, test::hybrid_host()).ok();
    }());
    give(request, "weak-limits", "");
    auto both = test::make_plugin()->plan(request, v1_users_host());
    ASSERT_FALSE(both.ok());
    EXPECT_NE(both.error().what.find("exclude each other"), std::string::npos);
}

TEST(CgroupPlan, WithoutOneControllerTheOthersAreHeldByTheCgroup) {
    auto fragment =
        test::make_plugin()->plan(test::default_request(), test::v2_host("cpu memory\n"));
    ASSERT_TRUE(fragment.ok()) << fragment.error().what;
    EXPECT_TRUE(fragment->birth_cgroup);
    const std::string said = notices(*fragment);
    EXPECT_NE(said.find("info: limits by cgroup v2 below /sys/fs/cgroup (cpu memory)"),
              std::string::npos)
        << said;
    EXPECT_NE(said.find("weakened: no cgroup holds pids here"), std::string::npos) << said;
    ASSERT_NE(rlimit_of(*fragment, RLIMIT_NPROC), nullptr);
    EXPECT_EQ(rlimit_of(*fragment, RLIMIT_NPROC)->hard, 512U);
    EXPECT_EQ(rlimit_of(*fragment, RLIMIT_DATA), nullptr);
}

TEST(CgroupPlan, TheWayIsSaid) {
    auto facts = test::v2_host();
    test::put_group(
        facts,
        {"/user.slice/user-1000.slice/session-2.scope", "cpu memory pids\n", "\n", 0, "77\n"});
    test::put_user_manager(facts, 1000);
    test::put_caller(facts, 1000, "0::/user.slice/user-1000.slice/session-2.scope\n");
    auto fragment = test::make_plugin()->plan(users_request(), facts);
    ASSERT_TRUE(fragment.ok()) << fragment.error().what;
    EXPECT_EQ(notices(*fragment),
              "info: limits by cgroup v2 in a scope of the user's systemd (cpu memory pids)\n");
    EXPECT_TRUE(fragment->birth_cgroup);
}

/// A systemd of a user's that the facts show, and that has gone by the time it is asked.
sdk::Facts gone_managers_host() {
    constexpr std::uint32_t nobodys = 3999999999;
    auto facts = test::v2_host();
    test::put_group(facts, {"/some.scope", "cpu memory pids\n", "\n", 0, "77\n"});
    test::put_user_manager(facts, nobodys);
    test::put_caller(facts, nobodys, "0::/some.scope\n");
    return facts;
}

TEST(CgroupPlan, AScopeThatCannotBeHadLeavesDefaultsToTheFallbackWhichIsSaid) {
    auto plugin = test::make_plugin();
    auto fragment = plugin->plan(users_request(), gone_managers_host());
    ASSERT_TRUE(fragment.ok()) << fragment.error().what;
    ASSERT_TRUE(fragment->birth_cgroup);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NPROC, &before), 0);
    test::FakeSession session;
    auto prepared = plugin->prepare(session);
    rlimit tight{};
    EXPECT_EQ(::getrlimit(RLIMIT_NPROC, &tight), 0);
    ASSERT_EQ(::setrlimit(RLIMIT_NPROC, &before), 0);

    ASSERT_TRUE(prepared.ok()) << prepared.error().what;
    EXPECT_EQ(tight.rlim_cur, 513U); // 512 and the supervisor
    ASSERT_EQ(session.slots.count(fragment->birth_cgroup->name), 1U);
    EXPECT_FALSE(session.slots[fragment->birth_cgroup->name]);
    EXPECT_TRUE(session.entries.empty());
    ASSERT_EQ(session.log_.lines.size(), 1U);
    EXPECT_EQ(session.log_.lines[0].first, sdk::Level::error);
    EXPECT_EQ(session.log_.lines[0].second.rfind("weakened: no cgroup holds cpu memory pids: ", 0),
              0U)
        << session.log_.lines[0].second;
    EXPECT_NE(session.log_.lines[0].second.find("/run/user/3999999999/bus"), std::string::npos);
}

TEST(CgroupPlan, AScopeThatCannotBeHadIsAnErrorWhereALimitWasAskedFor) {
    for (const auto& [option, value] : std::vector<std::pair<std::string, std::string>>{
             {"memory", "64M"}, {"require-limits", ""}}) {
        auto request = users_request();
        give(request, option, value);
        auto plugin = test::make_plugin();
        auto fragment = plugin->plan(request, gone_managers_host());
        ASSERT_TRUE(fragment.ok()) << fragment.error().what;
        test::FakeSession session;
        auto prepared = plugin->prepare(session);
        ASSERT_FALSE(prepared.ok()) << option;
        EXPECT_NE(prepared.error().what.find("/run/user/3999999999/bus"), std::string::npos)
            << prepared.error().what;
        EXPECT_NE(prepared.error().hint, "");
    }
}

TEST(CgroupPlan, ARateWithoutADiskIsRefused) {
    auto request = test::default_request();
    give(request, "io-read", "1M");
    auto fragment = test::make_plugin()->plan(request, test::v2_host());
    ASSERT_FALSE(fragment.ok());
    EXPECT_EQ(fragment.error().what, "--io-read: no disk is behind the mounted file systems");
}

TEST(CgroupPlan, AskingEndsAfterTwoRounds) {
    auto plugin = test::make_plugin();
    sdk::Facts facts;
    const auto first = plugin->ask(test::default_request(), facts);
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(first[0].subject, "/proc/self/mountinfo");
    EXPECT_EQ(first[1].subject, "/sys/devices/system/cpu/online");
    const auto all = test::v2_host();
    for (const auto& query : plugin->ask(test::default_request(), all))
        EXPECT_TRUE(all.has(query)) << query.subject;
}

TEST(CgroupPlan, DoctorNamesWhatIsHeldAndWhatIsNot) {
    const limit_cgroup::Wish wish;
    const auto found = limit_cgroup::findings(
        limit_cgroup::choose_layout(test::v2_host("cpu pids\n"), wish), wish);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_TRUE(found[0].met);
    EXPECT_EQ(found[0].need, "limits by cgroup v2 below /sys/fs/cgroup (cpu pids)");
    EXPECT_FALSE(found[1].met);
    EXPECT_FALSE(found[1].required);
    EXPECT_EQ(found[1].need.rfind("limits of memory by a cgroup: ", 0), 0U) << found[1].need;
    EXPECT_NE(found[1].remedy.find("cgroup_enable=memory"), std::string::npos);
}

TEST(CgroupPlan, DoctorIsContentWithEitherVersionAndNotWithNone) {
    const limit_cgroup::Wish wish;
    for (const auto& facts : {test::hybrid_host(), test::v2_host()}) {
        const auto found = limit_cgroup::findings(limit_cgroup::choose_layout(facts, wish), wish);
        ASSERT_EQ(found.size(), 1U);
        EXPECT_TRUE(found[0].met) << found[0].need;
    }
    const auto none = limit_cgroup::findings(limit_cgroup::choose_layout({}, wish), wish);
    ASSERT_EQ(none.size(), 1U);
    EXPECT_FALSE(none[0].met);
}

} // namespace
