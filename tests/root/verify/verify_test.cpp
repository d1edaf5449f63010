// SPDX-License-Identifier: MIT
// `microbox verify` and --verify, by the real binary.
#include "tests/support/host_state.hpp"
#include "tests/support/sandbox.hpp"

#include <gtest/gtest.h>

namespace microbox::testing {

namespace {

using Words = std::vector<std::string>;

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t n = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++n;
    return n;
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST(Verify, FindsEveryPromiseOfTheDefaultsHeld) {
    MBX_NEEDS_ROOT();
    for (const Words& options : {Words{"--fs", "tmpfs"}, Words{"--fs", "system"}, Words{}}) {
        Words line = {"verify"};
        line.insert(line.end(), options.begin(), options.end());

        const Outcome outcome = run(line);

        EXPECT_EQ(outcome.code, 0) << outcome.describe();
        EXPECT_TRUE(holds(outcome.out, " 0 broken, 0 not testable here")) << outcome.describe();
        EXPECT_GT(count(outcome.out, "held "), 80U) << outcome.describe();
    }
}

TEST(Verify, TestsWhatTheOptionsSay) {
    MBX_NEEDS_ROOT();
    const Outcome outcome = run({"verify",
                                 "--fs",
                                 "system",
                                 "--hostname",
                                 "tested",
                                 "--user",
                                 "1000:100",
                                 "--mount-ro",
                                 "/usr/share:/data",
                                 "--env",
                                 "COLOUR=red",
                                 "--workdir",
                                 "/tmp",
                                 "--ulimit",
                                 "nofile=64",
                                 "--readonly"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_TRUE(holds(outcome.out, "the user is 1000")) << outcome.describe();
    EXPECT_TRUE(holds(outcome.out, "nothing can be written on /data")) << outcome.describe();
    EXPECT_TRUE(holds(outcome.out, "the working directory is /tmp")) << outcome.describe();
}

TEST(Verify, MakesEachCallThatTheFilterRefuses) {
    MBX_NEEDS_ROOT();
    const Outcome with = run({"verify", "--fs", "tmpfs"});
    const Outcome allowed = run({"verify", "--fs", "tmpfs", "--allow-syscall", "unshare"});

    EXPECT_TRUE(holds(with.out, "no user namespace is made by unshare(2)")) << with.describe();
    EXPECT_FALSE(holds(allowed.out, "by unshare(2)")) << allowed.describe();
    EXPECT_EQ(allowed.code, 0) << allowed.describe();
}

TEST(Verify, LeavesNothing) {
    MBX_NEEDS_ROOT();
    const HostState before = HostState::take();

    EXPECT_EQ(run({"verify", "--fs", "system"}).code, 0);

    EXPECT_EQ(left_behind(before), "");
}

TEST(Verify, PrintsJsonAndJunit) {
    MBX_NEEDS_ROOT();
    const Outcome json = run({"verify", "--json", "--fs", "tmpfs"});
    const Outcome junit = run({"verify", "--junit", "--fs", "tmpfs"});

    EXPECT_EQ(json.out.front(), '{') << json.describe();
    EXPECT_TRUE(holds(json.out, "\"broken\": 0")) << json.describe();
    EXPECT_TRUE(holds(junit.out, "<testsuite name=\"microbox verify\"")) << junit.describe();
    EXPECT_TRUE(holds(junit.out, "failures=\"0\"")) << junit.describe();
}

TEST(Verify, RefusesACommandAndTwoForms) {
    const Outcome command = run({"verify", "--fs", "tmpfs", "--", "true"});
    const Outcome forms = run({"verify", "--json", "--junit"});

    EXPECT_EQ(command.code, 125) << command.describe();
    EXPECT_TRUE(holds(command.err, "takes no command")) << command.describe();
    EXPECT_EQ(forms.code, 125) << forms.describe();
}

TEST(Verify, ThatCannotMakeTheSandboxSaysWhy) {
    const Outcome outcome = run({"verify", "--fs", "/nowhere/at/all"});

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_EQ(outcome.out, "") << outcome.describe();
    EXPECT_TRUE(holds(outcome.err, "/nowhere/at/all")) << outcome.describe();
}

TEST(VerifyFirst, RunsTheCommandWhenAllIsHeld) {
    MBX_NEEDS_ROOT();
    Options options;
    options.input = "the caller's\n";

    const Outcome outcome = run({"--verify", "--fs", "system", "--", "cat"}, options);

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out, "the caller's\n") << outcome.describe();
    EXPECT_EQ(outcome.err, "") << outcome.describe();
}

TEST(VerifyFirst, RunsNothingWhenAPromiseIsBroken) {
    MBX_NEEDS_ROOT();
    // A filter that refuses what the prober needs for one of its answers breaks that promise.
    const ScratchDirectory files;
    const std::string profile = files.file("profile.json",
                                           R"({"defaultAction": "SCMP_ACT_ALLOW",
            "syscalls": [{"names": ["uname"], "action": "SCMP_ACT_ERRNO"}]})");

    const Outcome outcome =
        run({"--verify", "--fs", "system", "--seccomp", profile, "--", "echo", "it ran"});

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_EQ(outcome.out, "") << outcome.describe();
    EXPECT_TRUE(holds(outcome.err, "--verify: core: broken: the hostname is the sandbox's own"))
        << outcome.describe();
}

} // namespace microbox::testing
