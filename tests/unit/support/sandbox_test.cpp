// SPDX-License-Identifier: MIT
// The tests' own tool: what it says about a run must be right, or the root tests prove nothing.
#include "tests/support/host_state.hpp"
#include "tests/support/sandbox.hpp"

#include <csignal>
#include <cstdio>

#include <unistd.h>

namespace microbox::testing {

namespace {

Options shell() {
    Options options;
    options.program = "/bin/sh";
    return options;
}

} // namespace

TEST(SandboxRun, KeepsTheTwoStreamsAndTheExitCodeApart) {
    const Outcome outcome = run({"-c", "echo out; echo err >&2; exit 3"}, shell());

    EXPECT_EQ(outcome.code, 3);
    EXPECT_EQ(outcome.out, "out\n");
    EXPECT_EQ(outcome.err, "err\n");
}

TEST(SandboxRun, PassesMoreThanAPipeHoldsBothWays) {
    Options options = shell();
    options.input.assign(1U << 20U, 'x');

    const Outcome outcome = run({"-c", "cat"}, options);

    EXPECT_EQ(outcome.code, 0);
    EXPECT_TRUE(outcome.out == options.input) << outcome.out.size();
}

TEST(SandboxRun, EndsWhatTakesTooLong) {
    Options options = shell();
    options.timeout = std::chrono::milliseconds(200);

    const Outcome outcome = run({"-c", "exec sleep 30"}, options);

    EXPECT_TRUE(outcome.timed_out);
    EXPECT_EQ(outcome.code, -1);
    EXPECT_LT(outcome.seconds, 10);
}

TEST(SandboxRun, InheritsNoDescriptorBesidesTheStreams) {
    const Outcome outcome = run({"-c", "ls /proc/$$/fd"}, shell());

    // 10 is dash's own when it reads a script from a file; with -c there is none.
    EXPECT_EQ(outcome.out, "0\n1\n2\n");
}

TEST(SandboxRun, TellsASignalFromAnExit) {
    Running running = start(
        {"-c", "trap 'echo got; exit 4' TERM; echo ready; while :; do sleep 0.05; done"}, shell());
    ASSERT_TRUE(running.wait_for_output("ready"));

    running.signal(SIGTERM);
    const Outcome outcome = running.finish();

    EXPECT_EQ(outcome.code, 4);
    EXPECT_EQ(outcome.out, "ready\ngot\n");
    EXPECT_EQ(run({"-c", "kill -9 $$"}, shell()).code, 128 + SIGKILL);
}

TEST(SandboxOutcome, FindsTheValueOfAKey) {
    Outcome outcome;
    outcome.out = "uid 1 2 3\niface lo up\niface eth0 down\n";

    EXPECT_EQ(outcome.value("uid"), "1 2 3");
    EXPECT_EQ(outcome.values("iface").size(), 2U);
    EXPECT_EQ(outcome.value("gid"), "");
}

TEST(HostStateDifference, IsEmptyWhenNothingChanged) {
    const HostState before = HostState::take();

    EXPECT_EQ(left_behind(before, std::chrono::seconds(5)), "");
}

TEST(HostStateDifference, NamesANewFileInSharedMemory) {
    const HostState before = HostState::take();
    const std::string path = "/dev/shm/microbox-host-state-test-" + std::to_string(::getpid());
    std::fclose(std::fopen(path.c_str(), "w"));

    const std::string left = left_behind(before, std::chrono::milliseconds(50));
    std::remove(path.c_str());

    EXPECT_NE(left.find("+ shared memory " + path), std::string::npos) << left;
}

} // namespace microbox::testing
