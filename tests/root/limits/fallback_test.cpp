// SPDX-License-Identifier: MIT
// Limits where no cgroup can be had: the host's cgroups are read-only for this microbox, as in a
// container. What is asked for is refused, a default falls back and says so, and what it falls
// back to holds.
#include "tests/support/outside.hpp"
#include "tests/support/sandbox.hpp"

#include <csignal>
#include <string>
#include <vector>

#include <unistd.h>

namespace microbox::testing {

namespace {

/// microbox ARGUMENTS where the mount points that match PATTERN are read-only.
Outcome run_without_cgroups(const std::vector<std::string>& arguments,
                            const std::string& pattern = "*") {
    const std::string script =
        "while read -r _ _ _ _ point rest; do case $rest in *' - cgroup'*) case $point in " +
        pattern +
        ") mount -o remount,bind,ro \"$point\" || exit 99;; esac;; esac; done "
        "</proc/self/mountinfo; exec \"$@\"";
    std::vector<std::string> words = {"-m", "sh", "-c", script, "sh", binary_path()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    Options how;
    how.program = "/usr/bin/unshare";
    return run(words, how);
}

std::vector<std::string> shell(std::vector<std::string> options, const std::string& script) {
    for (const char* word : {"--fs", "system", "--", "sh", "-c", script.c_str()})
        options.emplace_back(word);
    return options;
}

/// A process that has written so many bytes of its own.
std::string holds(const std::string& bytes) {
    return "perl -e 'my $n = " + bytes + "; my $x = \"x\" x $n; sleep 20'";
}

} // namespace

TEST(Fallback, IsSaidAtEveryLogLevel) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory scratch;
    const std::string file = scratch.path() + "/report";

    const Outcome outcome =
        run_without_cgroups(shell({"--log-level", "error", "--report", file}, "nproc"));

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    // The default of one processor, of whole ones.
    EXPECT_EQ(outcome.out, "1\n") << outcome.describe();
    EXPECT_NE(outcome.err.find("weakened: limit-cgroup: no cgroup holds cpu memory pids here: "),
              std::string::npos)
        << outcome.describe();
    EXPECT_NE(outcome.err.find("is mounted read-only"), std::string::npos) << outcome.describe();
    for (const char* key : {"cpus_held_by", "memory_held_by", "pids_held_by"})
        EXPECT_EQ(report_value(content_of(file), key), "\"fallback\"") << key;
}

TEST(Fallback, IsNotForWhatWasAskedFor) {
    MBX_NEEDS_ROOT();

    for (const auto& [option, value] : std::vector<std::pair<std::string, std::string>>{
             {"--memory", "64M"}, {"--pids", "20"}, {"--cpus", "0.5"}, {"--io-write", "1M"}}) {
        const Outcome outcome = run_without_cgroups(shell({option, value}, "echo was started"));

        EXPECT_EQ(outcome.code, 125) << outcome.describe();
        EXPECT_EQ(outcome.out, "");
        EXPECT_EQ(outcome.err.rfind("microbox: " + option + ": no cgroup can hold this limit: ", 0),
                  0U)
            << outcome.describe();
        EXPECT_NE(outcome.err.find("hint: "), std::string::npos) << outcome.describe();
    }
}

TEST(Fallback, IsRefusedWhereLimitsAreRequired) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_without_cgroups(shell({"--require-limits"}, "echo was started"));

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err.rfind("microbox: --require-limits: ", 0), 0U) << outcome.describe();
    EXPECT_EQ(run({"--require-limits", "--fs", "system", "--", "true"}).code, 0);
}

TEST(Fallback, CountsTheMemoryOfAllProcessesTogether) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory scratch;
    const std::string file = scratch.path() + "/report";
    const std::string one = holds("25_000_000") + " & ";

    // Each is below the limit, and below RLIMIT_DATA.
    const Outcome outcome =
        run_without_cgroups(shell({"--weak-limits", "--memory", "64M", "--report", file},
                                  one + one + one + one + "wait; echo lived"));

    EXPECT_EQ(outcome.code, 128 + SIGKILL) << outcome.describe();
    EXPECT_EQ(outcome.out, "");
    EXPECT_NE(outcome.err.find("more than --memory 67108864"), std::string::npos)
        << outcome.describe();
    EXPECT_EQ(report_value(content_of(file), "reason"), "\"oom\"") << content_of(file);
    EXPECT_LT(outcome.seconds, 15);
}

TEST(Fallback, CountsSharedPagesOnce) {
    MBX_NEEDS_ROOT();

    // 30 MB that seven processes have in common.
    const Outcome outcome = run_without_cgroups(
        shell({"--weak-limits", "--memory", "100M"},
              "perl -e 'my $n = 30_000_000; my $x = \"x\" x $n; for (1..6) { fork() or do { "
              "sleep 1; exit } } 1 while wait() > 0; print \"lived\\n\"'"));

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out, "lived\n");
}

TEST(Fallback, CountsFilesInMemory) {
    MBX_NEEDS_ROOT();

    const Outcome outcome =
        run_without_cgroups(shell({"--weak-limits", "--memory", "64M", "--storage", "200M"},
                                  "head -c 80M /dev/zero >/tmp/x; sleep 20; echo lived"));

    EXPECT_EQ(outcome.code, 128 + SIGKILL) << outcome.describe();
    EXPECT_EQ(outcome.out, "");
}

TEST(Fallback, GivesOneProcessNoMoreThanTheLimit) {
    MBX_NEEDS_ROOT();

    const Outcome outcome =
        run_without_cgroups(shell({"--weak-limits", "--memory", "64M"},
                                  "perl -e 'my $n = 100_000_000; my $x = \"x\" x $n'; echo $?"));

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out, "1\n") << outcome.describe();
    EXPECT_NE(outcome.err.find("Out of memory"), std::string::npos) << outcome.describe();
}

TEST(Fallback, BoundsAForkBomb) {
    MBX_NEEDS_ROOT();
    std::vector<std::string> arguments =
        probe_arguments({"--weak-limits", "--pids", "16"}, {"forkmany", "100"});

    const Outcome outcome = run_without_cgroups(arguments);

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("forked"), "14 EAGAIN") << outcome.describe();
}

TEST(Fallback, CountsTheProcessesOfAllUsersInside) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory scratch;
    const std::string file = scratch.path() + "/report";

    // RLIMIT_NPROC alone is of each user.
    const Outcome outcome = run_without_cgroups(
        shell({"--weak-limits", "--pids", "16", "--report", file},
              "perl -e 'for my $u (1..4) { for (1..8) { fork() or do { $> = $u; $< = $u; sleep 20; "
              "exit } } select(undef, undef, undef, 0.1) } sleep 20'; echo lived"));

    EXPECT_EQ(outcome.code, 128 + SIGKILL) << outcome.describe();
    EXPECT_EQ(report_value(content_of(file), "reason"), "\"pids\"") << content_of(file);
}

TEST(Fallback, HidesTheHostsCgroups) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_without_cgroups(
        shell({}, "! grep -v ':/$' /proc/self/cgroup && readlink /proc/self/ns/cgroup"));

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_NE(outcome.out, namespace_of("self", "cgroup") + "\n");
}

TEST(Fallback, IsOnlyForTheControllersThatAreMissing) {
    MBX_NEEDS_ROOT();
    if (::access("/sys/fs/cgroup/pids", F_OK) != 0)
        return; // of v1; on v2 all are on one mount
    const ScratchDirectory scratch;
    const std::string file = scratch.path() + "/report";

    const Outcome outcome =
        run_without_cgroups(shell({"--memory", "64M", "--report", file}, "true"), "*/pids");

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_NE(outcome.err.find("no cgroup holds pids here"), std::string::npos)
        << outcome.describe();
    EXPECT_EQ(report_value(content_of(file), "memory_held_by"), "\"cgroup\"");
    EXPECT_EQ(report_value(content_of(file), "pids_held_by"), "\"fallback\"");
}

} // namespace microbox::testing
