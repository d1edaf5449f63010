// SPDX-License-Identifier: MIT
// The faults of the program of the same name that this one follows, one test each with the real
// binary. What each fault was, and the test that would see it here:
//
//  D1   a failed set-up leaves an orphan blocked in new namespaces   AFailedSetUpLeavesNoProcess
//  D2   library code runs in a raw child of a threaded program       OneThreadUntilTheExec
//  D3   unknown system call names are skipped without a word         AMistypedCallIsNotSkipped
//  D4   namespaces by clone flags and TIOCSTI are not filtered
//  CloneFlagsAndTerminalInputAreFiltered D5   nosuid, nodev ignored on binds; sub-mounts stay
//  writable     BindsKeepTheirFlags D6   a link of the root file system steers a bind elsewhere
//  ALinkDoesNotSteerABind D7   folders made on the real root, host's /proc, no --readonly
//  TheHostsRootIsLeftAsItIs D8   every failed mask is passed over EveryMaskIsThere D9   resolv.conf
//  written through links, host's /etc/hosts shown   NamesAreFilesOfItsOwn
//       (its public resolvers are kept on purpose)
//  D10  no limit on processes, late move into the cgroup, left over
//  CgroupsHoldFromTheStartAndAreGone D11  loopback stays down, leftovers of the network
//  LoopbackIsUp D12  capabilities in the inheritable set, MKNOD kept, no ALL NothingIsInheritable
//  D13  messages on standard output, mixed with the command's        MessagesGoToStandardError
//  D14  no PATH, directory, user; 127 and 1 for every fault CommandsAreFoundAndFaultsToldApart D15
//  root of the sandbox is host root, one id alone               RootIsNotHostRootAndHasManyIds D16
//  pid 1 ignores signals; a signal to the supervisor orphans    SignalsReachTheCommand
#include "tests/support/outside.hpp"
#include "tests/support/sandbox.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

using Words = std::vector<std::string>;

std::size_t threads_of(pid_t pid) {
    std::size_t count = 0;
    const auto tasks = "/proc/" + std::to_string(pid) + "/task";
    for ([[maybe_unused]] const auto& task : std::filesystem::directory_iterator(tasks))
        ++count;
    return count;
}

/// The options of a mount point as the sandbox sees them.
std::string mount_options(const std::string& mountinfo, const std::string& point) {
    std::istringstream lines(mountinfo);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string id, parent, device, root, target, options;
        words >> id >> parent >> device >> root >> target >> options;
        if (target == point)
            return options;
    }
    return {};
}

bool ends_soon(pid_t pid) {
    for (int i = 0; i < 500; ++i) {
        if (::kill(pid, 0) != 0)
            return true;
        ::usleep(20'000);
    }
    return false;
}

} // namespace

TEST(SeedFaults, D1AFailedSetUpLeavesNoProcess) {
    MBX_NEEDS_ROOT();
    const std::string word = unique_word();

    // Refused inside, after the birth: the target cannot be made in a read-only root.
    TinyRoot root;
    std::filesystem::create_symlink("/nowhere/at/all", root.path() + "/loop");
    const Outcome outcome = run({"--fs",
                                 root.path(),
                                 "--env",
                                 "WORD=" + word,
                                 "--workdir",
                                 "/does/not/exist",
                                 "--",
                                 "/probe",
                                 "print",
                                 word});

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string comm = content_of(entry.path() / "cmdline");
        const bool ours =
            static_cast<pid_t>(std::atoi(entry.path().filename().c_str())) == ::getpid();
        EXPECT_TRUE(ours || comm.find(word) == std::string::npos) << entry.path();
    }
}

TEST(SeedFaults, D2OneThreadUntilTheExec) {
    MBX_NEEDS_ROOT();
    Running running = start(probe_arguments({}, {"stubborn", "60"}));
    ASSERT_TRUE(running.wait_for_output("READY"));

    EXPECT_EQ(threads_of(running.pid()), 1U);
}

TEST(SeedFaults, D3AMistypedCallIsNotSkipped) {
    MBX_NEEDS_ROOT();

    for (const char* name : {"unshar", "nsenter"}) {
        const Outcome outcome = run_probe({"--deny-syscall", name}, {"print", "was started"});
        EXPECT_EQ(outcome.code, 125) << outcome.describe();
        EXPECT_EQ(outcome.out, "");
        EXPECT_NE(outcome.err.find(name), std::string::npos) << outcome.describe();
    }
}

TEST(SeedFaults, D4CloneFlagsAndTerminalInputAreFiltered) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(run_probe({}, {"clonens", "0x10000000"}).value("clone"), "EPERM");
    EXPECT_EQ(run_probe({}, {"calls", "435"}).value("call 435"), "ENOSYS");
    EXPECT_EQ(run_probe({}, {"tiocsti"}).value("tiocsti"), "EPERM");
    EXPECT_EQ(run_probe({}, {"tiocsti"}).value("tiocsti-high"), "EPERM");
}

TEST(SeedFaults, D5BindsKeepTheirFlags) {
    MBX_NEEDS_ROOT();
    // A tree with a mount in it, in a mount namespace of this process alone.
    const ScratchDirectory scratch;
    const std::string below = scratch.path() + "/below";
    ASSERT_EQ(::mkdir(below.c_str(), 0755), 0);
    ASSERT_EQ(::unshare(CLONE_NEWNS), 0);
    ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    ASSERT_EQ(::mount("none", below.c_str(), "tmpfs", 0, nullptr), 0);

    const Outcome read_only = run_probe({"--mount-ro", scratch.path() + ":/data"}, {"mounts"});
    const Outcome read_write = run_probe({"--mount-rw", scratch.path() + ":/data"}, {"mounts"});
    ::umount2(below.c_str(), MNT_DETACH);

    for (const char* point : {"/data", "/data/below"}) {
        const std::string ro = mount_options(read_only.out, point);
        EXPECT_EQ(ro.rfind("ro,nosuid,nodev", 0), 0U) << point << ": " << ro;
        const std::string rw = mount_options(read_write.out, point);
        EXPECT_EQ(rw.rfind("rw,nosuid,nodev", 0), 0U) << point << ": " << rw;
    }
}

TEST(SeedFaults, D6ALinkDoesNotSteerABind) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory outside;
    const ScratchDirectory source;
    (void)source.file("from", "x");
    TinyRoot root;
    std::filesystem::create_symlink(outside.path(), root.path() + "/steered");

    const Outcome outcome = run({"--fs",
                                 root.path(),
                                 "--mount-ro",
                                 source.path() + ":/steered/in",
                                 "--",
                                 "/probe",
                                 "print",
                                 "x"});

    // An error, or a mount inside the sandbox's own root; never one outside.
    EXPECT_TRUE(std::filesystem::is_empty(outside.path())) << outcome.describe();
}

TEST(SeedFaults, D7TheHostsRootIsLeftAsItIs) {
    MBX_NEEDS_ROOT();
    std::set<std::string> before;
    for (const auto& entry : std::filesystem::directory_iterator("/"))
        before.insert(entry.path());

    const Outcome outcome = run({"--fs",
                                 "host",
                                 "--readonly",
                                 "--",
                                 "/bin/sh",
                                 "-c",
                                 "for p in /proc/[0-9]*; do echo process $p; done; "
                                 "(: >/etc/microbox-was-here) || echo refused"});

    std::set<std::string> after;
    for (const auto& entry : std::filesystem::directory_iterator("/"))
        after.insert(entry.path());
    EXPECT_EQ(before, after);
    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.values("process").size(), 2U) << outcome.describe();
    EXPECT_NE(outcome.out.find("refused"), std::string::npos) << outcome.describe();
}

TEST(SeedFaults, D8EveryMaskIsThere) {
    MBX_NEEDS_ROOT();
    const Outcome mounts = run_probe({}, {"mounts"});

    for (const char* path : {"/proc/acpi",
                             "/proc/asound",
                             "/proc/interrupts",
                             "/proc/kcore",
                             "/proc/keys",
                             "/proc/key-users",
                             "/proc/kmsg",
                             "/proc/latency_stats",
                             "/proc/sched_debug",
                             "/proc/scsi",
                             "/proc/timer_list",
                             "/proc/timer_stats",
                             "/proc/bus",
                             "/proc/fs",
                             "/proc/irq",
                             "/proc/sys",
                             "/proc/sysrq-trigger"}) {
        const std::string options = mount_options(mounts.out, path);
        if (::access(path, F_OK) == 0) {
            EXPECT_EQ(options.rfind("ro,", 0), 0U) << path << ": " << options;
        }
    }
}

TEST(SeedFaults, D9NamesAreFilesOfItsOwn) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory outside;
    const std::string victim = outside.file("victim", "kept\n");
    TinyRoot root;
    std::filesystem::remove(root.path() + "/etc");
    std::filesystem::create_directory(root.path() + "/real-etc");
    std::filesystem::create_directory_symlink(outside.path(), root.path() + "/etc");

    (void)run({"--fs", root.path(), "--", "/probe", "print", "x"});

    EXPECT_EQ(content_of(victim), "kept\n");
    EXPECT_FALSE(std::filesystem::exists(outside.path() + "/resolv.conf"));
    const Outcome hosts = run_probe({"--hostname", "box"}, {"read", "/etc/hosts"});
    EXPECT_EQ(hosts.out,
              "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n127.0.1.1\tbox\n");
}

TEST(SeedFaults, D10CgroupsHoldFromTheStartAndAreGone) {
    MBX_NEEDS_ROOT();
    const std::string word = unique_word();
    std::string where;
    {
        Running running = start(probe_arguments({"--pids", "8"}, {"stubborn", "60", word}));
        ASSERT_TRUE(running.wait_for_output("READY"));
        const std::string groups =
            content_of("/proc/" + std::to_string(process_with(word)) + "/cgroup");
        const std::size_t at = groups.find("microbox-");
        ASSERT_NE(at, std::string::npos) << groups;
        where = groups.substr(at, groups.find('\n', at) - at);
        running.signal(SIGTERM);
        running.signal(SIGKILL);
    }
    EXPECT_EQ(run_probe({"--pids", "8"}, {"forkmany", "50"}).value("forked"), "6 EAGAIN");
    // The supervisor was killed: the next one to look takes its cgroup away.
    EXPECT_EQ(run({"gc"}).code, 0);
    for (const char* hierarchy : {"", "cpu/", "memory/", "pids/", "cpu,cpuacct/", "unified/"})
        EXPECT_NE(::access((std::string("/sys/fs/cgroup/") + hierarchy + where).c_str(), F_OK), 0)
            << hierarchy << where;
}

TEST(SeedFaults, D11LoopbackIsUp) {
    MBX_NEEDS_ROOT();
    const std::string before = content_of("/proc/net/dev");
    const std::string forward = content_of("/proc/sys/net/ipv4/ip_forward");

    EXPECT_EQ(run_probe({}, {"ifaces"}).values("iface"), Words{"lo up"});

    EXPECT_EQ(content_of("/proc/sys/net/ipv4/ip_forward"), forward);
}

TEST(SeedFaults, D12NothingIsInheritable) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({}, {"caps"});
    EXPECT_EQ(outcome.value("CapInh"), "0000000000000000");
    EXPECT_EQ(outcome.value("CapAmb"), "0000000000000000");
    const unsigned long long bounding = std::stoull(outcome.value("CapBnd"), nullptr, 16);
    for (const int dangerous :
         {13, 21, 27, 29, 37}) // NET_RAW SYS_ADMIN MKNOD AUDIT_WRITE AUDIT_READ
        EXPECT_EQ(bounding >> dangerous & 1U, 0U) << dangerous;
    EXPECT_EQ(run_probe({"--cap-drop", "ALL"}, {"caps"}).value("CapBnd"), "0000000000000000");
}

TEST(SeedFaults, D13MessagesGoToStandardError) {
    MBX_NEEDS_ROOT();

    const Outcome outcome =
        run_probe({"--log-level", "info", "--cap-add", "SYS_ADMIN"}, {"print", "hello"});

    EXPECT_EQ(outcome.out, "hello\n") << outcome.describe();
    EXPECT_NE(outcome.err, "");
    EXPECT_EQ(outcome.err.rfind("microbox: ", 0), 0U) << "the default format is text";
}

TEST(SeedFaults, D14CommandsAreFoundAndFaultsToldApart) {
    MBX_NEEDS_ROOT();
    TinyRoot root;
    std::filesystem::create_directory(root.path() + "/usr/bin/folder");

    EXPECT_EQ(run({"--fs", root.path(), "--", "probe", "print", "x"}).out, "x\n");
    EXPECT_EQ(run({"--fs", root.path(), "--", "nothing-here"}).code, 127);
    EXPECT_EQ(run({"--fs", root.path(), "--", "/usr/bin/folder"}).code, 126);
    EXPECT_EQ(run({"--fs", root.path() + "/none", "--", "probe"}).code, 125);
    EXPECT_EQ(run({"--fs", root.path(), "-w", "/root", "--", "probe", "cwd"}).value("cwd"),
              "/root");
    EXPECT_EQ(run({"--fs", root.path(), "-u", "7:8", "--", "probe", "ids"}).value("uid"), "7 7 7");
    const Outcome environment = run({"--fs", root.path(), "--", "probe", "env"});
    EXPECT_NE(environment.out.find("env TERM="), std::string::npos) << environment.describe();
}

TEST(SeedFaults, D15RootIsNotHostRootAndHasManyIds) {
    MBX_NEEDS_ROOT();
    const std::string word = unique_word();
    Running running = start(probe_arguments({}, {"stubborn", "60", word}));
    ASSERT_TRUE(running.wait_for_output("READY"));

    EXPECT_GE(std::atol(status_field(process_with(word), "Uid").c_str()), 100'000);
    TinyRoot root;
    const std::string file = root.path() + "/of-mail";
    ASSERT_EQ(::mkdir(file.c_str(), 0755), 0);
    ASSERT_EQ(::chown(file.c_str(), 8, 12), 0);
    const Outcome seen = run({"--fs", root.path(), "--", "probe", "stat", "/of-mail"});
    EXPECT_EQ(seen.value("stat").rfind("directory 0755 8 12 ", 0), 0U) << seen.describe();
}

TEST(SeedFaults, D16SignalsReachTheCommand) {
    MBX_NEEDS_ROOT();
    Running interrupted = start(probe_arguments({}, {"inotify", "0", "60"}));
    ASSERT_TRUE(interrupted.wait_for_output("READY"));
    interrupted.signal(SIGINT);
    EXPECT_EQ(interrupted.finish().code, 128 + SIGINT);
    Running listening = start(probe_arguments({}, {"signals"}));
    ASSERT_TRUE(listening.wait_for_output("READY"));
    listening.signal(SIGINT);
    EXPECT_TRUE(listening.wait_for_output("signal INT"));
    listening.signal(SIGTERM);
    EXPECT_EQ(listening.finish().code, 0);

    const std::string word = unique_word();
    pid_t orphan = -1;
    {
        Running killed = start(probe_arguments({}, {"stubborn", "60", word}));
        ASSERT_TRUE(killed.wait_for_output("READY"));
        orphan = process_with(word);
        ASSERT_GT(orphan, 0);
        killed.signal(SIGKILL);
    }
    EXPECT_TRUE(ends_soon(orphan));
}

} // namespace microbox::testing
