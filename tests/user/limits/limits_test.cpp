// SPDX-License-Identifier: MIT
// Limits of a plain user: on v1, where no cgroup is his; in a delegated subtree of v2; and in a
// session of systemd's, which gives him a scope.
#include "tests/support/outside.hpp"
#include "tests/support/plain_user.hpp"
#include "tests/support/sandbox.hpp"

#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

namespace microbox::testing {

namespace {

bool is_v2() {
    return ::access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0;
}

std::vector<std::string> shell(std::vector<std::string> options, const std::string& script) {
    for (const char* word : {"--fs", "system", "--", "sh", "-c", script.c_str()})
        options.emplace_back(word);
    return options;
}

/// The path of a process's v2 cgroup below /sys/fs/cgroup.
std::string cgroup_of(pid_t pid) {
    std::string line = content_of("/proc/" + std::to_string(pid) + "/cgroup");
    line = line.substr(line.find("0::") + 3);
    return "/sys/fs/cgroup" + line.substr(0, line.find('\n'));
}

/// A sandbox with limits, looked at from outside: every limit is in the kernel's files, and the
/// cgroup is gone when the sandbox is. Returns the cgroup's path.
std::string expect_held() {
    const std::string word = unique_word();
    std::string group;
    {
        Running running = start(probe_arguments(
            {"--cpus", "0.5", "--memory", "64M", "--pids", "20"}, {"stubborn", "8", word}));
        EXPECT_TRUE(running.wait_for_output("READY")) << running.output();
        const pid_t command = process_with(word);
        EXPECT_GT(command, 0);
        group = cgroup_of(command);
        EXPECT_EQ(content_of(group + "/memory.max"), "67108864\n") << group;
        EXPECT_EQ(content_of(group + "/memory.swap.max"), "0\n");
        EXPECT_EQ(content_of(group + "/pids.max"), "20\n");
        EXPECT_EQ(content_of(group + "/cpu.max"), "50000 100000\n");
        EXPECT_EQ(running.finish().code, 0);
    }
    EXPECT_NE(::access(group.c_str(), F_OK), 0) << group << " was left behind";
    return group;
}

} // namespace

TEST(UserLimits, WithoutACgroupDefaultsFallBackAndSaySo) {
    MBX_NEEDS_PLAIN_USER();
    ASSERT_FALSE(is_v2()) << "for hosts with cgroup v1";
    const ScratchDirectory scratch;
    const std::string file = scratch.path() + "/report";

    const Outcome outcome = run(shell({"--log-level", "error", "--report", file}, "nproc"));

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out, "1\n");
    EXPECT_NE(outcome.err.find("weakened: limit-cgroup: no cgroup holds cpu memory pids here: the "
                               "cgroups of this host are v1 and belong to root"),
              std::string::npos)
        << outcome.describe();
    EXPECT_EQ(report_value(content_of(file), "memory_held_by"), "\"fallback\"");
}

TEST(UserLimits, WithoutACgroupWhatWasAskedForIsRefused) {
    MBX_NEEDS_PLAIN_USER();
    ASSERT_FALSE(is_v2()) << "for hosts with cgroup v1";

    for (const std::vector<std::string>& options : std::vector<std::vector<std::string>>{
             {"--memory", "64M"}, {"--cpus", "0.5"}, {"--require-limits"}}) {
        const Outcome outcome = run(shell(options, "echo was started"));

        EXPECT_EQ(outcome.code, 125) << outcome.describe();
        EXPECT_EQ(outcome.err.rfind("microbox: " + options.front() + ": no cgroup can hold ", 0),
                  0U)
            << outcome.describe();
    }
}

TEST(UserLimits, WithoutACgroupTheKernelHoldsTheNumberOfProcesses) {
    MBX_NEEDS_PLAIN_USER();
    ASSERT_FALSE(is_v2()) << "for hosts with cgroup v1";

    const Outcome outcome = run_probe({"--pids", "16"}, {"forkmany", "100"});

    EXPECT_EQ(outcome.value("forked"), "14 EAGAIN") << outcome.describe();
    // Not of each process: what it may raise for itself is no way around.
    const Outcome raised =
        run(shell({"--pids", "16"},
                  "prlimit --pid $$ --nproc=$(prlimit --nproc -o HARD --noheadings): && "
                  "prlimit --nproc -o SOFT --noheadings; for i in $(seq 40); do sleep 3 & done"));
    EXPECT_GT(std::atoi(raised.out.c_str()), 100) << raised.describe();
    EXPECT_NE(raised.err.find("Cannot fork"), std::string::npos) << raised.describe();
}

TEST(UserLimits, WithoutACgroupTheMemoryOfAllProcessesIsWatched) {
    MBX_NEEDS_PLAIN_USER();
    ASSERT_FALSE(is_v2()) << "for hosts with cgroup v1";
    const std::string one = "perl -e 'my $n = 25_000_000; my $x = \"x\" x $n; sleep 20' & ";

    const Outcome outcome = run(
        shell({"--weak-limits", "--memory", "64M"}, one + one + one + one + "wait; echo lived"));

    EXPECT_EQ(outcome.code, 128 + SIGKILL) << outcome.describe();
    EXPECT_NE(outcome.err.find("more than --memory 67108864"), std::string::npos)
        << outcome.describe();
}

TEST(V2UserLimits, AreHeldInTheDelegatedSubtree) {
    MBX_NEEDS_PLAIN_USER();
    ASSERT_TRUE(is_v2()) << "for hosts with cgroup v2";

    const std::string group = expect_held();

    const std::string own = cgroup_of(::getpid());
    EXPECT_EQ(group.rfind(own.substr(0, own.rfind('/')) + "/microbox-", 0), 0U) << group;
}

TEST(V2UserLimits, EndAMemoryBomb) {
    MBX_NEEDS_PLAIN_USER();
    ASSERT_TRUE(is_v2()) << "for hosts with cgroup v2";
    const ScratchDirectory scratch;
    const std::string file = scratch.path() + "/report";

    const Outcome outcome = run_probe({"--require-limits", "--memory", "32M", "--report", file},
                                      {"memory", "134217728"});

    EXPECT_EQ(outcome.code, 128 + SIGKILL) << outcome.describe();
    EXPECT_EQ(report_value(content_of(file), "reason"), "\"oom\"") << content_of(file);
    EXPECT_EQ(run_probe({}, {"cgroup"}).out.find("microbox"), std::string::npos);
}

TEST(SystemdLimits, AreHeldInAScopeThatEndsWithTheRun) {
    MBX_NEEDS_PLAIN_USER();
    ASSERT_TRUE(is_v2()) << "for hosts with cgroup v2";

    const std::string group = expect_held();

    EXPECT_NE(group.find("/user@" + std::to_string(::getuid()) + ".service/app.slice/microbox-"),
              std::string::npos)
        << group;
    EXPECT_NE(group.find(".scope/microbox-"), std::string::npos) << group;
}

TEST(SystemdLimits, AreSaidBeforehand) {
    MBX_NEEDS_PLAIN_USER();

    const Outcome plan = run({"plan", "--fs", "system", "--", "true"});
    const Outcome doctor = run({"doctor"});

    for (const Outcome& outcome : {plan, doctor})
        EXPECT_NE(outcome.out.find("cgroup v2 in a scope of the user's systemd (cpu memory pids)"),
                  std::string::npos)
            << outcome.describe();
}

TEST(SystemdLimits, DiskRatesAreRefusedWhileTheControllerIsNotDelegated) {
    MBX_NEEDS_PLAIN_USER();

    const Outcome outcome = run({"--fs", "system", "--io-weight", "50", "--", "true"});

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_NE(outcome.err.find("systemctl edit user@.service"), std::string::npos)
        << outcome.describe();
}

} // namespace microbox::testing
