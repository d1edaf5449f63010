// SPDX-License-Identifier: MIT
// SIGKILL of the supervisor at any moment: the command dies at once, and what is left is gone after
// `microbox gc`, or after the next starts.
#include "tests/support/many.hpp"

#include <csignal>

namespace microbox::testing {

namespace {

using std::chrono::milliseconds;

} // namespace

TEST(KilledSupervisor, TakesTheCommandWithItAtOnce) {
    MBX_NEEDS_ROOT();
    const HostState before = HostState::take();
    for (const std::vector<std::string>& options :
         {std::vector<std::string>{}, std::vector<std::string>{"--no-init"}}) {
        for (int round = 0; round < 5; ++round) {
            Held held;
            Running running = held.start(shell_inside(
                options, "trap '' TERM HUP INT; setsid sleep 600 & echo READY; sleep 600"));
            ASSERT_TRUE(held.wait_for("READY")) << running.finish().describe();

            running.signal(SIGKILL);

            EXPECT_TRUE(held.ends()) << "a process of the sandbox is still alive";
        }
    }

    EXPECT_EQ(run({"gc"}).code, 0);
    EXPECT_EQ(left_behind(before, std::chrono::seconds(10)), "");
}

TEST(KilledSupervisor, AtRandomMomentsOfTheStartLeavesNothingAfterGc) {
    MBX_NEEDS_ROOT();

    // From the very start to well into the command: a start takes 10 to 40 ms.
    kill_supervisors(50, milliseconds(75));
}

TEST(KilledInit, AtRandomMomentsEndsTheRunAndLeavesNothing) {
    MBX_NEEDS_ROOT();

    kill_inits(30, milliseconds(45));
}

TEST(KilledSupervisor, IsTidiedUpByTheNextStarts) {
    MBX_NEEDS_ROOT();
    const HostState before = HostState::take();
    constexpr int killed = 3;
    for (int round = 0; round < killed; ++round) {
        Held held;
        Running running = held.start(shell_inside({}, "echo READY; sleep 600"));
        ASSERT_TRUE(held.wait_for("READY")) << running.finish().describe();
        running.signal(SIGKILL);
        (void)running.finish();
        ASSERT_TRUE(held.ends());
    }

    // Each start looks at one stale journal.
    for (int round = 0; round < killed; ++round) {
        const Outcome outcome = run_probe({}, {"print", "next"});
        EXPECT_EQ(outcome.out, "next\n") << outcome.describe();
        EXPECT_EQ(outcome.err, "") << outcome.describe();
    }

    EXPECT_EQ(left_behind(before, std::chrono::seconds(10)), "");
}

TEST(Gc, LeavesARunningSandboxAlone) {
    MBX_NEEDS_ROOT();
    Running running = start(probe_arguments({}, {"signals"}));
    ASSERT_TRUE(running.wait_for_output("READY\n")) << running.finish().describe();

    const Outcome collected = run({"gc"});
    running.signal(SIGUSR1);

    EXPECT_EQ(collected.code, 0) << collected.describe();
    EXPECT_TRUE(running.wait_for_output("signal USR1\n"));
    running.signal(SIGTERM);
    EXPECT_EQ(running.finish().code, 0);
}

TEST(Gc, SaysWithDryRunWhatItWouldRelease) {
    MBX_NEEDS_ROOT();
    const HostState before = HostState::take();
    Held held;
    Running running = held.start(shell_inside({}, "echo READY; sleep 600"));
    ASSERT_TRUE(held.wait_for("READY")) << running.finish().describe();
    running.signal(SIGKILL);
    (void)running.finish();
    ASSERT_TRUE(held.ends());

    const Outcome dry = run({"gc", "--dry-run"});
    const std::string still_there = left_behind(before, milliseconds(0));
    const Outcome wet = run({"gc"});

    EXPECT_EQ(dry.code, 0) << dry.describe();
    EXPECT_NE(dry.out.find("limit-cgroup"), std::string::npos) << dry.describe();
    EXPECT_NE(still_there.find("/run/microbox/runs/"), std::string::npos) << still_there;
    EXPECT_NE(wet.out.find(": released"), std::string::npos) << wet.describe();
    EXPECT_EQ(left_behind(before, std::chrono::seconds(10)), "");
}

} // namespace microbox::testing
