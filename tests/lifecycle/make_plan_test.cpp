// SPDX-License-Identifier: MIT
// The pure phases over fakes: who plans when, what a wrong plugin does to a run.
#include "core/plan/make.hpp"
#include "tests/lifecycle/fake_plugins.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include <sched.h>

namespace microbox::core {

namespace {

using testing::Calls;
using testing::FakePlugin;
using testing::FakeSet;

RunRequest request_of(std::vector<std::string> command = {"true"}) {
    RunRequest request;
    request.command = std::move(command);
    request.search_path = "/usr/bin:relative::/bin";
    request.hostname = "box";
    return request;
}

class MakePlan : public ::testing::Test {
protected:
    MakePlan() : filesystem_(plugins_.add_filesystem()), network_(plugins_.add_network()) {}

    sdk::Result<Plan> make(const RunRequest& request = request_of()) {
        sdk::Facts facts;
        return make_plan(request, plugins_.set, facts);
    }

    std::string refusal(const RunRequest& request = request_of()) {
        const auto plan = make(request);
        return plan.ok() ? "" : plan.error().what;
    }

    FakeSet plugins_;
    FakePlugin& filesystem_;
    FakePlugin& network_;
};

} // namespace

TEST_F(MakePlan, TheNetworkPlansFirstThenTheFilesystemThenTheLayers) {
    plugins_.add("limit-a", "limit");
    plugins_.add("sec-a", "security");

    ASSERT_TRUE(make().ok());

    EXPECT_EQ(plugins_.calls,
              (Calls{"net-fake plan", "fs-fake plan", "limit-a plan", "sec-a plan"}));
}

TEST_F(MakePlan, TheFilesystemKnowsWhetherTheNetworkIsItsOwn) {
    network_.fragment.own_network = false;

    const auto plan = make();

    ASSERT_TRUE(plan.ok());
    EXPECT_FALSE(filesystem_.seen.at(0).own_network);
    EXPECT_EQ(plan->namespaces & CLONE_NEWNET, 0);
}

TEST_F(MakePlan, ALayerThatPlannedBeforeTheCapabilitiesPlansOnceMore) {
    FakePlugin& early = plugins_.add("sec-a", "security");
    FakePlugin& rights = plugins_.add("sec-b", "security");
    FakePlugin& late = plugins_.add("sec-c", "security");
    FakePlugin& limit = plugins_.add("limit-a", "limit");
    rights.fragment.add(sdk::Stage::identity, sdk::Capabilities{0x21});
    early.on_plan = [](const sdk::Request& request, const sdk::Facts&) {
        sdk::Fragment fragment;
        fragment.claims = {"saw " + std::to_string(request.capabilities)};
        return sdk::Result<sdk::Fragment>(fragment);
    };

    ASSERT_TRUE(make().ok());

    ASSERT_EQ(early.seen.size(), 2U);
    EXPECT_EQ(early.seen[0].capabilities, 0U);
    EXPECT_EQ(early.seen[1].capabilities, 0x21U);
    EXPECT_EQ(rights.seen.size(), 1U);
    ASSERT_EQ(late.seen.size(), 1U);
    EXPECT_EQ(late.seen[0].capabilities, 0x21U);
    EXPECT_EQ(limit.seen.size(), 1U);
}

TEST_F(MakePlan, TheSecondPlanOfALayerReplacesItsFirst) {
    FakePlugin& early = plugins_.add("sec-a", "security");
    plugins_.add("sec-b", "security").fragment.add(sdk::Stage::identity, sdk::Capabilities{1});
    early.on_plan = [](const sdk::Request& request, const sdk::Facts&) {
        sdk::Fragment fragment;
        fragment.notices.push_back(
            {sdk::Notice::Kind::info, "with " + std::to_string(request.capabilities)});
        return sdk::Result<sdk::Fragment>(fragment);
    };

    const auto plan = make();

    ASSERT_TRUE(plan.ok());
    ASSERT_EQ(plan->notices.size(), 1U);
    EXPECT_EQ(plan->notices[0].notice.text, "with 1");
}

TEST_F(MakePlan, TwoPluginsWithOneClaimAreNamed) {
    plugins_.add("limit-a", "limit").fragment.claims = {"limit.memory"};
    plugins_.add("limit-b", "limit").fragment.claims = {"limit.memory"};

    EXPECT_EQ(refusal(), "two plugins claim 'limit.memory': limit-a and limit-b");
}

TEST_F(MakePlan, WhatAPlanThrowsNamesPluginAndPhase) {
    plugins_.add("sec-a", "security").on_plan =
        [](const sdk::Request&, const sdk::Facts&) -> sdk::Result<sdk::Fragment> {
        throw std::runtime_error("no luck");
    };

    EXPECT_EQ(refusal(), "sec-a: plan threw: no luck");
}

TEST_F(MakePlan, WhatAQuestionThrowsNamesPluginAndPhase) {
    plugins_.add("sec-a", "security").on_ask =
        [](const sdk::Request&, const sdk::Facts&) -> std::vector<sdk::FactQuery> { throw 42; };

    EXPECT_EQ(refusal().find("sec-a: ask threw: "), 0U) << refusal();
}

TEST_F(MakePlan, APluginThatNeverStopsAskingIsStopped) {
    int asked = 0;
    filesystem_.on_ask = [&asked](const sdk::Request&, const sdk::Facts&) {
        return std::vector<sdk::FactQuery>{
            {sdk::FactQuery::Kind::path, "/nonexistent/" + std::to_string(asked++)}};
    };

    EXPECT_TRUE(make().ok());

    EXPECT_EQ(asked, 4);
}

TEST_F(MakePlan, EveryAnswerIsThereWhenThePluginPlans) {
    filesystem_.on_ask = [](const sdk::Request&, const sdk::Facts& facts) {
        std::vector<sdk::FactQuery> questions{{sdk::FactQuery::Kind::path, "/"}};
        if (facts.path("/").exists)
            questions.push_back({sdk::FactQuery::Kind::directory, "/proc/self/ns"});
        return questions;
    };
    bool answered = false;
    filesystem_.on_plan = [&](const sdk::Request&, const sdk::Facts& facts) {
        answered = !facts.directory("/proc/self/ns").empty();
        return sdk::Result<sdk::Fragment>(filesystem_.fragment);
    };

    ASSERT_TRUE(make().ok());

    EXPECT_TRUE(answered);
}

TEST_F(MakePlan, AnErrorOfAPluginComesThroughWithItsHint) {
    filesystem_.on_plan = [](const sdk::Request&, const sdk::Facts&) {
        return sdk::Result<sdk::Fragment>(sdk::fail("--fs: /x is empty", "fill it"));
    };

    const auto plan = make();

    ASSERT_FALSE(plan.ok());
    EXPECT_EQ(plan.error().what, "--fs: /x is empty");
    EXPECT_EQ(plan.error().hint, "fill it");
    EXPECT_EQ(plugins_.calls.back(), "fs-fake plan") << "who comes later is not asked";
}

TEST_F(MakePlan, APluginSeesItsOwnOptionsAndNoOthers) {
    FakePlugin& limit =
        plugins_.add("limit-a", "limit", {{"depth", "N", "how deep", nullptr, 0, 0}});
    RunRequest request = request_of();
    request.options["depth"] = {{"3", "--depth", false}};
    request.options["secret"] = {{"x", "--secret", false}};

    ASSERT_TRUE(make(request).ok());

    ASSERT_NE(limit.seen.at(0).one("depth"), nullptr);
    EXPECT_EQ(limit.seen.at(0).one("depth")->value, "3");
    EXPECT_EQ(limit.seen.at(0).options.size(), 1U);
    EXPECT_TRUE(filesystem_.seen.at(0).options.empty());
}

TEST_F(MakePlan, TheArgumentOfAModeReachesThatMode) {
    plugins_.set.filesystem_argument = "./dir";
    FakePlugin& limit = plugins_.add("limit-a", "limit");

    ASSERT_TRUE(make().ok());

    EXPECT_EQ(filesystem_.seen.at(0).argument, "./dir");
    EXPECT_EQ(network_.seen.at(0).argument, "");
    EXPECT_EQ(limit.seen.at(0).argument, "");
}

TEST_F(MakePlan, ACommandIsLookedForInTheAbsoluteFoldersOfPath) {
    const auto plan = make();

    ASSERT_TRUE(plan.ok());
    EXPECT_EQ(plan->command.candidates, (std::vector<std::string>{"/usr/bin/true", "/bin/true"}));
}

TEST_F(MakePlan, ACommandWithASlashIsTakenAsItIs) {
    const auto plan = make(request_of({"./prog"}));

    ASSERT_TRUE(plan.ok());
    EXPECT_EQ(plan->command.candidates, (std::vector<std::string>{"./prog"}));
}

TEST_F(MakePlan, EightNamespacesAreNew) {
    const auto plan = make();

    ASSERT_TRUE(plan.ok());
    const int all = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC |
                    CLONE_NEWNET | CLONE_NEWCGROUP | 0x80 /* CLONE_NEWTIME */;
    EXPECT_EQ(plan->namespaces, all);
}

TEST_F(MakePlan, TheHostsIdsAreSaidToBeWeaker) {
    RunRequest request = request_of();
    request.isolated_ids = false;

    const auto plan = make(request);

    ASSERT_TRUE(plan.ok());
    EXPECT_EQ(plan->namespaces & CLONE_NEWUSER, 0);
    ASSERT_FALSE(plan->notices.empty());
    EXPECT_EQ(plan->notices.back().notice.kind, sdk::Notice::Kind::weakened);
}

TEST_F(MakePlan, ASandboxWithoutANameGetsOneThatIsTheSameEverywhere) {
    RunRequest request = request_of();
    request.hostname.clear();

    const auto plan = make(request);

    ASSERT_TRUE(plan.ok());
    ASSERT_FALSE(plan->hostname.empty());
    int found = 0;
    for (const PlanStep& placed : plan->steps) {
        if (const auto* step = std::get_if<sdk::Hostname>(&placed.step))
            found += step->name == plan->hostname ? 1 : 0;
        if (const auto* file = std::get_if<sdk::File>(&placed.step))
            found += file->content.find(plan->hostname) != std::string::npos ? 1 : 0;
    }
    EXPECT_EQ(found, 3) << "the step, /etc/hostname and /etc/hosts";
}

TEST_F(MakePlan, ModesCannotForgetWhatEverySandboxHas) {
    const auto plan = make();

    ASSERT_TRUE(plan.ok());
    std::vector<std::string> masked;
    bool proc = false;
    bool pivot = false;
    for (const PlanStep& placed : plan->steps) {
        if (const auto* mask = std::get_if<sdk::Mask>(&placed.step))
            masked.push_back(mask->path);
        if (const auto* mount = std::get_if<sdk::Mount>(&placed.step))
            proc = proc || mount->target == "/proc";
        pivot = pivot || std::holds_alternative<sdk::PivotRoot>(placed.step);
    }
    EXPECT_TRUE(proc);
    EXPECT_TRUE(pivot);
    for (const char* path : {"/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/acpi"})
        EXPECT_NE(std::find(masked.begin(), masked.end(), path), masked.end()) << path;
}

} // namespace microbox::core
