// SPDX-License-Identifier: MIT
// Signals of the caller: they reach the command, whoever they were sent to, and whatever the caller
// ignores or blocks.
#include "tests/support/caller.hpp"
#include "tests/support/host_state.hpp"

#include <array>
#include <csignal>
#include <fstream>
#include <thread>

#include <sys/prctl.h>
#include <sys/wait.h>

namespace microbox::testing {

namespace {

using std::chrono::milliseconds;

/// Letter of a process in /proc/PID/stat: 'T' is stopped. The name may hold anything: last ')'
/// first.
char state_of(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    std::getline(file, line);
    const std::size_t end = line.rfind(')');
    return end == std::string::npos || end + 2 >= line.size() ? '?' : line[end + 2];
}

template <class Condition>
bool comes_true(Condition condition, milliseconds limit = milliseconds(10'000)) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= until)
            return false;
        std::this_thread::sleep_for(milliseconds(5));
    }
    return true;
}

std::vector<std::string> probe_that_tells_signals(const std::string& option) {
    std::vector<std::string> options;
    if (!option.empty())
        options.push_back(option);
    return probe_arguments(options, {"signals"});
}

/// "": with init, "--no-init": the command is process 1.
class Signals : public ::testing::TestWithParam<const char*> {};

} // namespace

TEST_P(Signals, OfEachKindReachTheCommand) {
    MBX_NEEDS_ROOT();
    Running running = start(probe_that_tells_signals(GetParam()));
    ASSERT_TRUE(running.wait_for_output("READY\n")) << running.finish().describe();

    for (const auto& [number, name] : {std::pair{SIGINT, "INT"},
                                       {SIGHUP, "HUP"},
                                       {SIGQUIT, "QUIT"},
                                       {SIGUSR1, "USR1"},
                                       {SIGUSR2, "USR2"},
                                       {SIGCONT, "CONT"},
                                       {SIGWINCH, "WINCH"},
                                       {SIGTERM, "TERM"}}) {
        running.signal(number);
        EXPECT_TRUE(running.wait_for_output("signal " + std::string(name) + "\n")) << name;
    }
    const Outcome outcome = running.finish();

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
}

TEST(Signal, EndsACommandThatDoesNotHandleIt) {
    MBX_NEEDS_ROOT();
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
        Running running = start(shell_inside({}, "echo READY; exec sleep 60"));
        ASSERT_TRUE(running.wait_for_output("READY\n")) << running.finish().describe();

        running.signal(number);
        const Outcome outcome = running.finish();

        EXPECT_EQ(outcome.code, 128 + number) << outcome.describe();
    }
}

// The kernel shields process 1 from what it does not handle (pid_namespaces(7)).
TEST(Signal, DoesNotEndProcessOneThatDoesNotHandleIt) {
    MBX_NEEDS_ROOT();
    Running running = start(shell_inside(
        {"--no-init"}, "trap 'exit 6' USR1; echo READY; while :; do sleep 0.05; done"));
    ASSERT_TRUE(running.wait_for_output("READY\n")) << running.finish().describe();

    running.signal(SIGTERM);
    running.signal(SIGUSR1);
    const Outcome outcome = running.finish();

    EXPECT_EQ(outcome.code, 6) << outcome.describe();
}

TEST_P(Signals, StopBothAndContinueBoth) {
    MBX_NEEDS_ROOT();
    Running running = start(probe_that_tells_signals(GetParam()));
    ASSERT_TRUE(running.wait_for_output("READY\n")) << running.finish().describe();

    running.signal(SIGTSTP);
    EXPECT_TRUE(comes_true([&] { return state_of(running.pid()) == 'T'; }));
    running.signal(SIGCONT);
    EXPECT_TRUE(comes_true([&] { return state_of(running.pid()) != 'T'; }));
    EXPECT_TRUE(running.wait_for_output("signal CONT\n"));
    running.signal(SIGTERM);
    const Outcome outcome = running.finish();

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
}

INSTANTIATE_TEST_SUITE_P(Init, Signals, ::testing::Values(""));
INSTANTIATE_TEST_SUITE_P(NoInit, Signals, ::testing::Values("--no-init"));

TEST(Signal, OfAProcessGroupReachesTheCommandOnce) {
    MBX_NEEDS_ROOT();
    Options how;
    how.program = "/usr/bin/setsid";
    std::vector<std::string> words = {binary_path()};
    for (const std::string& word : probe_arguments({}, {"signals"}))
        words.push_back(word);
    Running running = start(words, how);
    ASSERT_TRUE(running.wait_for_output("READY\n")) << running.finish().describe();

    ::kill(-running.pid(), SIGINT);
    EXPECT_TRUE(running.wait_for_output("signal INT\n"));
    ::kill(-running.pid(), SIGTERM);
    const Outcome outcome = running.finish();

    EXPECT_EQ(outcome.out, "READY\nsignal INT\nsignal TERM\n") << outcome.describe();
}

TEST(Signal, ThatComesTwiceIsDeliveredTwice) {
    MBX_NEEDS_ROOT();
    Running running = start(probe_arguments({}, {"signals"}));
    ASSERT_TRUE(running.wait_for_output("READY\n")) << running.finish().describe();

    running.signal(SIGINT);
    ASSERT_TRUE(running.wait_for_output("READY\nsignal INT\n"));
    running.signal(SIGINT);
    EXPECT_TRUE(running.wait_for_output("signal INT\nsignal INT\n"));
}

TEST(Signal, LeavesAHandlerTheTimeItNeeds) {
    MBX_NEEDS_ROOT();
    Running running = start(shell_inside(
        {},
        "trap 'sleep 0.3; echo cleaned; exit 9' TERM; echo READY; while :; do sleep 0.05; done"));
    ASSERT_TRUE(running.wait_for_output("READY\n")) << running.finish().describe();

    running.signal(SIGTERM);
    const Outcome outcome = running.finish();

    EXPECT_EQ(outcome.code, 9) << outcome.describe();
    EXPECT_EQ(outcome.out, "READY\ncleaned\n") << outcome.describe();
}

TEST(Signal, InTheFirstMomentsEndsTheRunWithItsCodeAndLeavesNothing) {
    MBX_NEEDS_ROOT();
    const HostState before = HostState::take();

    for (int delay_ms = 0; delay_ms < 60; delay_ms += 2) {
        Running running = start(probe_arguments({}, {"sleep", "30"}));
        std::this_thread::sleep_for(milliseconds(delay_ms));
        running.signal(SIGTERM);
        const Outcome outcome = running.finish();
        EXPECT_EQ(outcome.code, 128 + SIGTERM) << delay_ms << " ms\n" << outcome.describe();
    }

    EXPECT_EQ(left_behind(before, milliseconds(10'000)), "");
}

TEST(Signal, ThatTheCallerIgnoresOrBlocksHasItsDefaultInside) {
    MBX_NEEDS_ROOT();

    const Outcome ignored = run_from("trap '' HUP INT QUIT TERM USR1 PIPE CHLD CONT; exec \"$@\"",
                                     probe_arguments({}, {"blocked"}));

    for (const char* const set : {"SigBlk", "SigIgn", "SigCgt"})
        EXPECT_EQ(ignored.value(set), "0000000000000000") << set << ignored.describe();

    sigset_t all;
    sigset_t kept;
    sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, &kept);
    const Outcome blocked = run_probe({}, {"blocked"});
    ::sigprocmask(SIG_SETMASK, &kept, nullptr);

    EXPECT_EQ(blocked.value("SigBlk"), "0000000000000000") << blocked.describe();
}

TEST(Signal, TheCodeIsRightWhenTheCallerIgnoresItsChildren) {
    MBX_NEEDS_ROOT();

    struct sigaction ignore {};

    struct sigaction kept {};

    ignore.sa_handler = SIG_IGN;
    const pid_t caller = ::fork();
    if (caller == 0) {
        ::sigaction(SIGCHLD, &ignore, &kept);
        const std::string binary = binary_path();
        const std::string probe = probe_path() + ":/probe";
        ::execl(binary.c_str(),
                binary.c_str(),
                "--mount-ro",
                probe.c_str(),
                "--",
                "/probe",
                "exit",
                "5",
                nullptr);
        ::_exit(99);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(caller, &status, 0), caller);

    ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 5);
}

// nohup(1): the terminal may go, the command stays.
TEST(Signal, HangUpThatTheCallerIgnoresIsNotPassedOn) {
    MBX_NEEDS_ROOT();
    Running running = start_from("trap '' HUP; exec \"$@\"", probe_arguments({}, {"signals"}));
    ASSERT_TRUE(running.wait_for_output("READY\n")) << running.finish().describe();

    running.signal(SIGHUP);
    running.signal(SIGUSR1);
    ASSERT_TRUE(running.wait_for_output("signal USR1\n"));
    running.signal(SIGTERM);
    const Outcome outcome = running.finish();

    EXPECT_EQ(outcome.out, "READY\nsignal USR1\nsignal TERM\n") << outcome.describe();
}

} // namespace microbox::testing
