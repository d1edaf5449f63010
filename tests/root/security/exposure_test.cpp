// SPDX-License-Identifier: MIT
// What of the host and of microbox itself is in reach from inside with the defaults: files of the
// kernel, devices, processes, the environment.
#include "tests/support/sandbox.hpp"

#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

std::set<std::string> entries(const std::string& directory) {
    const Outcome outcome = run_probe({}, {"list", directory});
    const std::vector<std::string> found = outcome.values("entry");
    return {found.begin(), found.end()};
}

} // namespace

TEST(Exposure, DevicesAreTheHarmlessOnes) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(entries("/dev"),
              (std::set<std::string>{"fd",
                                     "full",
                                     "mqueue",
                                     "null",
                                     "ptmx",
                                     "pts",
                                     "random",
                                     "shm",
                                     "stderr",
                                     "stdin",
                                     "stdout",
                                     "tty",
                                     "urandom",
                                     "zero"}));
    EXPECT_EQ(entries("/dev/pts"), (std::set<std::string>{"ptmx"}));
    EXPECT_EQ(entries("/dev/mqueue"), std::set<std::string>{});
    EXPECT_EQ(entries("/dev/shm"), std::set<std::string>{});
}

TEST(Exposure, PseudoTerminalsAreCounted) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({}, {"mounts"});

    std::istringstream lines(outcome.out);
    std::string line;
    while (std::getline(lines, line) && line.find(" /dev/pts ") == std::string::npos)
        continue;
    EXPECT_NE(line.find("max=1024"), std::string::npos) << outcome.describe();
}

TEST(Exposure, DevicesCannotBeMade) {
    MBX_NEEDS_ROOT();

    for (const char* capability : {"CHOWN", "MKNOD"}) {
        const Outcome outcome =
            run_probe({"--cap-add", capability}, {"mknod", "/tmp/kmsg", "1", "11"});
        EXPECT_EQ(outcome.value("mknod"), "EPERM") << outcome.describe();
    }
}

TEST(Exposure, TheKernelsSwitchesCannotBeWritten) {
    MBX_NEEDS_ROOT();

    for (const char* path : {"/proc/sys/kernel/core_pattern",
                             "/proc/sys/kernel/modprobe",
                             "/proc/sys/vm/panic_on_oom",
                             "/proc/sys/net/ipv4/ip_forward",
                             "/proc/sysrq-trigger",
                             "/proc/irq/default_smp_affinity"}) {
        if (::access(path, F_OK) != 0)
            continue; // a kernel without it
        // All capabilities there are: ids and the read-only mount must do.
        const Outcome outcome = run_probe({"--cap-add", "ALL"}, {"write", path, "0"});
        EXPECT_NE(outcome.value("write"), "ok") << path;
        EXPECT_NE(outcome.value("write"), "") << path << outcome.describe();
    }
    EXPECT_EQ(run_probe({"--userns", "host"}, {"write", "/proc/sys/kernel/core_pattern", "core"})
                  .value("write"),
              "EROFS");
}

TEST(Exposure, FilesThatTellOfTheHostAreEmpty) {
    MBX_NEEDS_ROOT();

    for (const char* path : {"/proc/kcore",
                             "/proc/keys",
                             "/proc/key-users",
                             "/proc/kmsg",
                             "/proc/interrupts",
                             "/proc/timer_list",
                             "/proc/sched_debug",
                             "/proc/latency_stats"}) {
        if (::access(path, F_OK) != 0)
            continue;
        const Outcome outcome = run_probe({"--userns", "host"}, {"read", path});
        EXPECT_EQ(outcome.out, "") << path;
        const Outcome mask = run_probe({}, {"stat", path});
        EXPECT_EQ(mask.value("device"), "1 3") << path << mask.describe();
    }
    for (const char* path : {"/proc/acpi", "/proc/asound", "/proc/scsi"}) {
        if (::access(path, F_OK) == 0) {
            EXPECT_EQ(entries(path), std::set<std::string>{}) << path;
        }
    }
}

TEST(Exposure, NoSysfsInAnEmptyRootAndAReadOnlyOneOfTheHosts) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(run_probe({}, {"list", "/sys"}).values("entry"), std::vector<std::string>{});
    const Outcome outcome =
        run({"--fs",
             "host",
             "--cap-add",
             "ALL",
             "--",
             "/bin/sh",
             "-c",
             "echo x >/sys/kernel/uevent_seqnum || ls /sys/fs/cgroup /sys/firmware"});
    EXPECT_EQ(outcome.out.find("cpu"), std::string::npos) << outcome.describe();
    EXPECT_NE(outcome.err.find("Read-only file system"), std::string::npos) << outcome.describe();
}

TEST(Exposure, NoProcessButItsOwnIsVisible) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({}, {"pids"});

    ASSERT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.values("pid").size(), 2U) << outcome.describe();
}

TEST(Exposure, InitCannotBeReached) {
    MBX_NEEDS_ROOT();

    for (const std::vector<std::string>& options : {std::vector<std::string>{},
                                                    {"--cap-add",
                                                     "SYS_PTRACE",
                                                     "--allow-syscall",
                                                     "process_vm_readv",
                                                     "--allow-syscall",
                                                     "ptrace"}}) {
        const Outcome outcome = run_probe(options, {"procmem", "1"});

        for (const char* door :
             {"mem", "environ", "maps", "exe", "root/", "cwd/", "fd/0", "process_vm_readv"})
            EXPECT_NE(outcome.value(door), "ok") << door << '\n' << outcome.describe();
        EXPECT_NE(outcome.value("mem"), "") << outcome.describe();
        EXPECT_EQ(run_probe(options, {"ptrace", "1"}).value("ptrace"), "EPERM");
    }
}

TEST(Exposure, TheBinaryOfTheHostCannotBeWrittenThroughProc) {
    MBX_NEEDS_ROOT();

    for (const char* path : {"/proc/1/exe", "/proc/self/exe"})
        EXPECT_NE(run_probe({}, {"open", path, "rw"}).value("open"), "ok") << path;
}

TEST(Exposure, OnlyTheStreamsAreInherited) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory secret;
    const int directory = ::open(secret.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    Options options;
    options.descriptors = {{directory, 5}, {directory, 1500}};

    const Outcome outcome = run_probe({"--ulimit", "nofile=4096"}, {"fds"}, options);

    ::close(directory);
    EXPECT_EQ(outcome.values("fd").size(), 3U) << outcome.describe();
}

TEST(Exposure, NothingOfTheCallersEnvironmentIsInherited) {
    MBX_NEEDS_ROOT();
    Options options;
    options.environment = {{"SECRET_TOKEN", "hunter2"},
                           {"LD_PRELOAD", "/nonexistent.so"},
                           {"GCONV_PATH", "/nonexistent"},
                           {"MICROBOX_PLUGIN_PATH", "/nonexistent"}};

    const Outcome outcome = run_probe({}, {"env"}, options);

    const std::vector<std::string> found = outcome.values("env");
    const std::set<std::string> names(found.begin(), found.end());
    EXPECT_EQ(
        names,
        (std::set<std::string>{"HOME=/root",
                               "LANG=C.UTF-8",
                               "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                               "TERM=xterm",
                               "container=microbox"}))
        << outcome.describe();
}

TEST(Exposure, TheCommandIsInASessionWithoutTheCallersTerminal) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({}, {"session"});

    EXPECT_EQ(outcome.value("tty"), "ENXIO") << outcome.describe();
    // 0 would be a session or a group of the host's, which kill(0) would reach.
    EXPECT_NE(outcome.value("session"), "0") << outcome.describe();
    EXPECT_NE(outcome.value("group"), "0") << outcome.describe();
}

TEST(Exposure, PrioritiesCannotBeRaised) {
    MBX_NEEDS_ROOT();

    // Also with CAP_SYS_NICE in its own user namespace.
    for (const char* capability : {"CHOWN", "ALL"}) {
        const Outcome outcome = run_probe({"--cap-add", capability}, {"priorities"});
        EXPECT_EQ(outcome.value("fifo"), "EPERM") << outcome.describe();
        EXPECT_NE(outcome.value("nice"), "ok") << outcome.describe();
        EXPECT_NE(outcome.value("nice"), "") << outcome.describe();
    }
}

TEST(Exposure, SetuidFilesDoNothing) {
    MBX_NEEDS_ROOT();
    TinyRoot root;
    const std::string file = root.path() + "/usr/bin/probe";
    ASSERT_EQ(::chmod(file.c_str(), 04755), 0);

    const Outcome outcome =
        run({"--fs", root.path(), "--user", "1000", "--", "/usr/bin/probe", "ids"});

    EXPECT_EQ(outcome.value("uid"), "1000 1000 1000") << outcome.describe();
}

TEST(Exposure, TheHostsClocksAreHidden) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({}, {"uptime"});

    ASSERT_NE(outcome.value("boottime"), "") << outcome.describe();
    EXPECT_LT(std::stol(outcome.value("boottime")), 60) << outcome.describe();
    EXPECT_LT(std::stol(outcome.value("monotonic")), 60) << outcome.describe();
}

} // namespace microbox::testing
