// SPDX-License-Identifier: MIT
// What only cgroup v2 has: the whole sandbox ends when its memory does, disk rates, and a cgroup
// that must be left before anything below it can be limited.
#include "tests/support/outside.hpp"
#include "tests/support/sandbox.hpp"

#include <cstdlib>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

bool is_v2() {
    return ::access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0;
}

std::string file_of(pid_t pid, const std::string& file) {
    std::string cgroup = content_of("/proc/" + std::to_string(pid) + "/cgroup");
    cgroup = cgroup.substr(cgroup.find("0::") + 3);
    cgroup.pop_back();
    return content_of("/sys/fs/cgroup" + cgroup + "/" + file);
}

/// The script as root of a cgroup namespace of its own, whose top is a cgroup with nothing else in
/// it, as an engine of containers gives them. What is left of the cgroup is printed at the end.
Outcome in_a_container(const std::string& script) {
    const std::string inside =
        "umount -l /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec \"$@\"";
    const std::string between = "echo 0 >/sys/fs/cgroup/microbox-test-top/cgroup.procs && "
                                "exec unshare -mC sh -c \"$0\" sh \"$@\"";
    const std::string outside =
        "group=/sys/fs/cgroup/microbox-test-top; mkdir $group && "
        "echo '+cpu +memory +pids' >/sys/fs/cgroup/cgroup.subtree_control; "
        "sh -c \"$@\"; code=$?; echo left: $(ls $group | grep microbox) enabled: "
        "$(cat $group/cgroup.subtree_control); rmdir $group; exit $code";
    Options how;
    how.program = "/bin/sh";
    return run({"-c",
                outside,
                "sh",
                between,
                inside,
                binary_path(),
                "--fs",
                "system",
                "--",
                "sh",
                "-c",
                script},
               how);
}

} // namespace

TEST(V2Cgroup, RunningOutOfMemoryEndsTheWholeSandbox) {
    MBX_NEEDS_ROOT();
    ASSERT_TRUE(is_v2()) << "for hosts with cgroup v2";
    const std::string word = unique_word();
    Running running = start(probe_arguments({"--memory", "32M"}, {"stubborn", "60", word}));
    ASSERT_TRUE(running.wait_for_output("READY"));
    const pid_t command = process_with(word);
    ASSERT_GT(command, 0);

    EXPECT_EQ(file_of(command, "memory.oom.group"), "1\n");
}

TEST(V2Cgroup, EventsAreReported) {
    MBX_NEEDS_ROOT();
    ASSERT_TRUE(is_v2()) << "for hosts with cgroup v2";
    const ScratchDirectory scratch;
    const std::string file = scratch.path() + "/report";

    static_cast<void>(run_probe({"--memory", "32M", "--report", file}, {"memory", "134217728"}));

    const std::string text = content_of(file);
    EXPECT_GE(std::atoi(report_value(text, "memory_limit_hits").c_str()), 1) << text;
    EXPECT_GT(std::atof(report_value(text, "cpu_seconds").c_str()), 0) << text;
    EXPECT_EQ(report_value(text, "reason"), "\"oom\"") << text;
}

TEST(V2Cgroup, DiskRatesHoldAndAreReported) {
    MBX_NEEDS_ROOT();
    ASSERT_TRUE(is_v2()) << "for hosts with cgroup v2";
    const ScratchDirectory scratch; // an ext4 of its own in the virtual machine
    const std::string work = scratch.path() + "/work";
    const std::string report = scratch.path() + "/report";
    ASSERT_EQ(::mkdir(work.c_str(), 0777), 0);
    ASSERT_EQ(::chmod(work.c_str(), 0777), 0);

    const Outcome outcome = run({"--fs",
                                 "system",
                                 "--mount-rw",
                                 work + ":/work:owner",
                                 "--io-write",
                                 "1M",
                                 "--io-weight",
                                 "50",
                                 "--report",
                                 report,
                                 "--",
                                 "dd",
                                 "if=/dev/zero",
                                 "of=/work/x",
                                 "bs=64k",
                                 "count=48",
                                 "oflag=direct"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_GT(outcome.seconds, 2.5) << outcome.describe(); // 3 MiB
    const std::string text = content_of(report);
    EXPECT_EQ(report_value(text, "io_write_bytes_per_second"), "\"1048576\"") << text;
    EXPECT_EQ(report_value(text, "io_weight"), "\"50\"") << text;
    EXPECT_GE(std::atoi(report_value(text, "disk_written_bytes").c_str()), 3 << 20) << text;
}

TEST(V2Cgroup, TheTopOfAContainerIsLeftAndComeBackTo) {
    MBX_NEEDS_ROOT();
    ASSERT_TRUE(is_v2()) << "for hosts with cgroup v2";

    const Outcome outcome = in_a_container("cat /proc/self/cgroup; nproc >/dev/null");

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out, "0::/\nleft: enabled:\n") << outcome.describe();
    EXPECT_EQ(outcome.err.find("no cgroup holds"), std::string::npos) << outcome.describe();
}

} // namespace microbox::testing
