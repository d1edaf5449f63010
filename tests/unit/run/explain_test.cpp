// SPDX-License-Identifier: MIT
#include "core/run/explain.hpp"

#include <cerrno>

#include <gtest/gtest.h>

#include <unistd.h>

namespace microbox::core {

namespace {

Plan plan_with_mount(bool by_user) {
    Plan plan;
    plan.command.arguments = {"prog"};
    plan.command.directory = "/nowhere";
    plan.not_found_hint = "bring one";
    sdk::Mount mount{"/data", sdk::Bind{"/srv", true, sdk::Ownership::keep}, {}};
    mount.by_user = by_user;
    plan.steps.push_back({sdk::Stage::assemble,
                          mount,
                          by_user ? "core" : "fs-x",
                          by_user ? "--mount-ro /srv:/data" : "default"});
    return plan;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST(Explain, NamesPluginStepAndReason) {
    const auto error = explain(plan_with_mount(false), {child::Phase::assemble, 0, EPERM});

    EXPECT_TRUE(has(error.what, "fs-x: mount bind of /srv on /data")) << error.what;
    EXPECT_TRUE(has(error.what, "Operation not permitted")) << error.what;
    EXPECT_TRUE(has(error.what, "(step 1 of 1)")) << error.what;
    EXPECT_EQ(error.exit_code, 125);
}

TEST(Explain, NamesTheOptionOfTheUser) {
    const auto error = explain(plan_with_mount(true), {child::Phase::assemble, 0, ENOENT});

    EXPECT_EQ(error.what.find("--mount-ro /srv:/data: "), 0U) << error.what;
    EXPECT_TRUE(has(error.hint, "cannot be made there")) << error.hint;
}

TEST(Explain, SaysThatADirectoryGoesOnADirectory) {
    const auto error = explain(plan_with_mount(true), {child::Phase::assemble, 0, EINVAL});

    EXPECT_TRUE(has(error.hint, "/data: a directory can only be mounted on a directory"))
        << error.hint;
}

TEST(Explain, NamesALinkOnTheWayToAFileOfTheSandbox) {
    Plan plan;
    plan.steps.push_back(
        {sdk::Stage::assemble, sdk::File{"/etc/hosts", "", 0644}, "core", "default"});

    const auto error = explain(plan, {child::Phase::assemble, 0, ENOENT});

    EXPECT_TRUE(has(error.hint, "on the way to /etc/hosts is a link")) << error.hint;
}

TEST(Explain, KnowsTheWorkingDirectory) {
    const auto error =
        explain(plan_with_mount(false), {child::Phase::command, child::no_step, ENOENT});

    EXPECT_TRUE(has(error.what, "--workdir: /nowhere does not exist")) << error.what;
}

TEST(ExplainExec, NotFoundIs127WithTheFoldersThatWereSearched) {
    Plan plan = plan_with_mount(false);
    plan.command.candidates = {"/nonexistent-a/prog", "/nonexistent-b/prog"};

    const auto error = explain_exec(plan, ENOENT, ::getpid());

    EXPECT_EQ(error.exit_code, 127);
    EXPECT_TRUE(has(error.what, "(searched /nonexistent-a /nonexistent-b)")) << error.what;
    EXPECT_EQ(error.hint, "bring one");
}

TEST(ExplainExec, NotExecutableIs126) {
    const auto error = explain_exec(plan_with_mount(false), EACCES, ::getpid());

    EXPECT_EQ(error.exit_code, 126);
    EXPECT_TRUE(has(error.hint, "noexec")) << error.hint;
}

} // namespace microbox::core
