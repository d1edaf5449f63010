// SPDX-License-Identifier: MIT
// --cpus, --memory and --pids as the kernel holds them: on cgroup v1, and in the virtual machine on
// v2. No time is measured: the kernel's own counters say what was held.
#include "tests/support/outside.hpp"
#include "tests/support/sandbox.hpp"

#include <csignal>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include <unistd.h>

namespace microbox::testing {

namespace {

bool is_v2() {
    return ::access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0;
}

/// The directory of a process's cgroup on the host, of a v1 controller or of v2.
std::string cgroup_directory(pid_t pid, const std::string& controller) {
    std::istringstream lines(content_of("/proc/" + std::to_string(pid) + "/cgroup"));
    for (std::string line; std::getline(lines, line);) {
        const std::size_t first = line.find(':');
        const std::size_t second = line.find(':', first + 1);
        const std::string names = line.substr(first + 1, second - first - 1);
        if (is_v2() ? names.empty() : names == controller)
            return (is_v2() ? "/sys/fs/cgroup" : "/sys/fs/cgroup/" + controller) +
                   line.substr(second + 1);
    }
    return {};
}

std::string limit_of(pid_t pid,
                     const std::string& controller,
                     const std::string& v1_file,
                     const std::string& v2_file) {
    std::string text =
        content_of(cgroup_directory(pid, controller) + "/" + (is_v2() ? v2_file : v1_file));
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    return text;
}

} // namespace

TEST(Cgroup, ProcessorTimeIsThrottled) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory scratch;
    const std::string file = scratch.path() + "/report";

    const Outcome outcome = run_probe({"--cpus", "0.1", "--report", file}, {"spin", "0.7"});

    ASSERT_EQ(outcome.code, 0) << outcome.describe();
    const std::string report = content_of(file);
    EXPECT_EQ(report_value(report, "cpus"), "\"0.1\"") << report;
    EXPECT_GT(std::atof(report_value(report, "throttled_seconds").c_str()), 0) << report;
}

TEST(Cgroup, AMemoryBombDiesAndTheReportSaysWhy) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory scratch;
    const std::string file = scratch.path() + "/report";

    const Outcome outcome =
        run_probe({"--memory", "32M", "--report", file}, {"memory", "134217728"});

    EXPECT_EQ(outcome.code, 137) << outcome.describe();
    EXPECT_EQ(outcome.out, "");
    const std::string report = content_of(file);
    EXPECT_EQ(report_value(report, "reason"), "\"oom\"") << report;
    EXPECT_EQ(report_value(report, "signal"), std::to_string(SIGKILL)) << report;
    EXPECT_GE(std::atoi(report_value(report, "oom_kills").c_str()), 1) << report;
}

TEST(Cgroup, FilesInMemoryCountAsMemory) {
    MBX_NEEDS_ROOT();

    // The budget of --storage is larger than the memory: the kernel must end it before it is full.
    const Outcome outcome =
        run_probe({"--log-level", "warn", "--memory", "32M", "--storage", "256M"},
                  {"fill", "/tmp/x", "134217728"});

    EXPECT_EQ(outcome.code, 137) << outcome.describe();
    EXPECT_NE(outcome.err.find("larger than the memory"), std::string::npos) << outcome.describe();
}

TEST(Cgroup, AForkBombIsBounded) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory scratch;
    const std::string file = scratch.path() + "/report";

    const Outcome outcome = run_probe({"--pids", "16", "--report", file}, {"forkmany", "100"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    // Init and the command itself are two of the sixteen.
    EXPECT_EQ(outcome.value("forked"), "14 EAGAIN") << outcome.describe();
    EXPECT_EQ(report_value(content_of(file), "pids"), "\"16\"");
}

TEST(Cgroup, TheHostSeesTheLimitsOnEveryProcessOfTheSandbox) {
    MBX_NEEDS_ROOT();
    const std::string word = unique_word();
    Running running = start(probe_arguments({"--cpus", "0.5", "--memory", "64M", "--pids", "20"},
                                            {"stubborn", "60", word}));
    ASSERT_TRUE(running.wait_for_output("READY"));
    const pid_t command = process_with(word);
    ASSERT_GT(command, 0);

    EXPECT_EQ(limit_of(command, "memory", "memory.limit_in_bytes", "memory.max"), "67108864");
    EXPECT_EQ(limit_of(command, "memory", "memory.memsw.limit_in_bytes", "memory.swap.max"),
              is_v2() ? "0" : "67108864");
    EXPECT_EQ(limit_of(command, "pids", "pids.max", "pids.max"), "20");
    EXPECT_EQ(limit_of(command, "cpu", "cpu.cfs_quota_us", "cpu.max"),
              is_v2() ? "50000 100000" : "50000");
    // Init is in the same place: nothing of the sandbox is outside.
    const pid_t init = static_cast<pid_t>(std::atoi(status_field(command, "PPid").c_str()));
    ASSERT_GT(init, 1);
    for (const char* controller : {"cpu", "memory", "pids"}) {
        EXPECT_NE(cgroup_directory(command, controller).find("/microbox-"), std::string::npos);
        EXPECT_EQ(cgroup_directory(init, controller), cgroup_directory(command, controller));
    }
}

TEST(Cgroup, TheDefaultsAreLimits) {
    MBX_NEEDS_ROOT();
    const std::string word = unique_word();
    Running running = start(probe_arguments({}, {"stubborn", "60", word}));
    ASSERT_TRUE(running.wait_for_output("READY"));
    const pid_t command = process_with(word);
    ASSERT_GT(command, 0);

    EXPECT_EQ(limit_of(command, "memory", "memory.limit_in_bytes", "memory.max"), "1073741824");
    EXPECT_EQ(limit_of(command, "pids", "pids.max", "pids.max"), "512");
    EXPECT_EQ(limit_of(command, "cpu", "cpu.cfs_quota_us", "cpu.max"),
              is_v2() ? "100000 100000" : "100000");
}

TEST(Cgroup, TheSandboxSeesItsOwnAsTheRoot) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({}, {"cgroup"});

    ASSERT_EQ(outcome.code, 0) << outcome.describe();
    std::istringstream lines(outcome.out);
    int own = 0;
    for (std::string line; std::getline(lines, line); ++own) {
        // Hierarchies in which no cgroup was made show where the caller is, at its namespace's
        // root.
        const std::size_t path = line.find('/');
        ASSERT_NE(path, std::string::npos) << outcome.out;
        EXPECT_EQ(line.substr(path), "/") << outcome.out;
    }
    EXPECT_GE(own, 1);
}

TEST(Cgroup, LimitsCannotBeChangedFromInside) {
    MBX_NEEDS_ROOT();
    // As much as a user can give: a mount of its own of every version, in the sandbox's namespace.
    const char* const script =
        "mkdir /tmp/c && "
        "if mount -t cgroup2 none /tmp/c; then "
        "  for f in /tmp/c/*.max; do echo max >$f && echo changed $f; done; umount /tmp/c; fi; "
        "for k in memory pids cpu; do if mount -t cgroup -o $k none /tmp/c; then "
        "  for f in memory.limit_in_bytes pids.max cpu.cfs_quota_us release_agent; do "
        "    echo -1 >/tmp/c/$f && echo changed $f; done; umount /tmp/c; fi; done; "
        "echo done";

    const Outcome outcome = run({"--fs",
                                 "system",
                                 "--cap-add",
                                 "SYS_ADMIN",
                                 "--allow-syscall",
                                 "mount",
                                 "--allow-syscall",
                                 "umount2",
                                 "--",
                                 "sh",
                                 "-c",
                                 script});

    ASSERT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out, "done\n") << outcome.describe();
}

TEST(Cgroup, RefusedForksAreReported) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory scratch;
    const std::string file = scratch.path() + "/report";

    static_cast<void>(run_probe({"--pids", "16", "--report", file}, {"forkmany", "100"}));

    EXPECT_GE(std::atoi(report_value(content_of(file), "pids_limit_hits").c_str()), 1);
    EXPECT_EQ(report_value(content_of(file), "pids_held_by"), "\"cgroup\"");
}

} // namespace microbox::testing
