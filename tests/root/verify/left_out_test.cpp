// SPDX-License-Identifier: MIT
// Verification is verified: each step of a plan is left out once, as a kernel that does nothing and
// says nothing would, and what is missing must be named.
#include "core/config/invocation.hpp"
#include "core/host/facts.hpp"
#include "core/plan/make.hpp"
#include "core/run/lifecycle.hpp"
#include "core/verify/apart.hpp"
#include "tests/support/host_state.hpp"
#include "tests/support/sandbox.hpp"

#include <cstdio>
#include <optional>

#include <gtest/gtest.h>

#include <unistd.h>

namespace microbox::testing {

namespace {

using Words = std::vector<std::string>;
using core::PlanStep;

constexpr int found_something = 1;
constexpr int not_made = 125;

sdk::Result<core::Invocation> invocation_of(const Words& options) {
    auto invocation = core::read_invocation(
        options, {}, core::Surroundings::of_this_process(), core::Command::none);
    if (invocation.ok()) {
        MBX_TRY(invocation->request.caller, core::look_at_caller());
        invocation->request.promises = true;
    }
    return invocation;
}

std::vector<PlanStep> steps_of(const Words& options) {
    auto invocation = invocation_of(options);
    if (!invocation.ok())
        return {};
    sdk::Facts facts;
    auto plan = core::make_plan(invocation->request, invocation->plugins, facts);
    return plan.ok() ? plan->steps : std::vector<PlanStep>{};
}

/// The broken promises, one a line; code 0: none, 1: some, 125: there was no sandbox.
core::Apart verify_without(std::optional<std::size_t> step, const Words& options) {
    auto apart = core::run_apart([&] {
        auto invocation = invocation_of(options);
        if (!invocation.ok())
            return not_made;
        core::Examination examination;
        examination.left_out = step;
        const int code = core::run(invocation->request, invocation->plugins, &examination);
        const core::Findings findings = examination.finish();
        if (code != 0)
            return not_made;
        for (const core::Finding& finding : findings)
            if (finding.state == core::Finding::State::broken)
                std::printf("%s: %s: %s\n",
                            finding.plugin.c_str(),
                            finding.promise.c_str(),
                            finding.seen.c_str());
        std::fflush(stdout);
        return core::any_broken(findings) ? found_something : 0;
    });
    return apart.ok() ? *apart : core::Apart{-1, "", apart.error().what};
}

/// What must be named when a step is missing; "" for a step whose absence changes nothing that
/// could be seen, with the reason beside it.
struct Named {
    std::string operator()(const sdk::Mount& step) const { return step.target; }

    std::string operator()(const sdk::File& step) const { return step.path; }

    std::string operator()(const sdk::Device& step) const { return step.path; }

    std::string operator()(const sdk::Symlink& step) const { return step.path; }

    /// Where a mount follows, the mount makes its target.
    std::string operator()(const sdk::Directory&) const { return ""; }

    std::string operator()(const sdk::Mask& step) const { return step.path; }

    std::string operator()(const sdk::ReadOnly& step) const { return step.path; }

    std::string operator()(const sdk::PivotRoot&) const { return "mount"; }

    std::string operator()(const sdk::Hostname&) const { return "hostname"; }

    std::string operator()(const sdk::LinkUp& step) const { return step.interface; }

    std::string operator()(const sdk::Rlimit&) const { return "limit"; }

    std::string operator()(const sdk::Sysctl& step) const { return step.name; }

    /// The cgroup.
    std::string operator()(const sdk::WriteDescriptor&) const { return "limit-cgroup"; }

    std::string operator()(const sdk::JoinNamespace&) const { return "namespace"; }

    std::string operator()(const sdk::Unshare&) const { return "namespace"; }

    /// Root is what it is already.
    std::string operator()(const sdk::Ids& step) const { return step.user == 0 ? "" : "user"; }

    std::string operator()(const sdk::Capabilities&) const { return "capability"; }

    std::string operator()(const sdk::Prctl&) const { return "no_new_privs"; }

    std::string operator()(const sdk::SelfAttribute&) const { return "label"; }

    std::string operator()(const sdk::LandlockRestrict&) const { return "landlock"; }

    std::string operator()(const sdk::Filter&) const { return "filter"; }
};

/// A path that this host does not have needs no cover, and its absence breaks nothing.
bool is_there(const sdk::Step& step) {
    const std::string* path = nullptr;
    if (const auto* mask = std::get_if<sdk::Mask>(&step))
        path = &mask->path;
    if (const auto* sealed = std::get_if<sdk::ReadOnly>(&step))
        path = &sealed->path;
    return path == nullptr || ::access(path->c_str(), F_OK) == 0;
}

void expect_each_step_is_missed(const Words& options) {
    ASSERT_EQ(verify_without(std::nullopt, options).code, 0)
        << verify_without(std::nullopt, options).out;
    const std::vector<PlanStep> steps = steps_of(options);
    ASSERT_GT(steps.size(), 40U);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const std::string named = std::visit(Named{}, steps[i].step);
        if (named.empty() || !is_there(steps[i].step))
            continue;
        const core::Apart apart = verify_without(i, options);
        // Without some there is no sandbox at all, which is as good.
        const std::string& text = apart.code == not_made ? apart.err : apart.out;
        EXPECT_NE(apart.code, 0) << core::describe(steps[i].step);
        EXPECT_TRUE(apart.code == not_made || text.find(named) != std::string::npos)
            << core::describe(steps[i].step) << " is not named:\n"
            << text;
    }
}

} // namespace

TEST(LeftOut, EachStepOfAnEmptyRootIsMissed) {
    MBX_NEEDS_ROOT();
    expect_each_step_is_missed({"--fs", "tmpfs"});
}

TEST(LeftOut, EachStepOfTheHostsProgramsIsMissed) {
    MBX_NEEDS_ROOT();
    expect_each_step_is_missed({"--fs",
                                "system",
                                "--readonly",
                                "--user",
                                "1:1",
                                "--mount-ro",
                                "/usr/share:/data",
                                "--ulimit",
                                "nofile=64"});
}

} // namespace microbox::testing
