// SPDX-License-Identifier: MIT
// Process 1: it reaps, ends everything with the command, cannot be reached from inside; --no-init.
#include "tests/support/caller.hpp"

#include <csignal>

#include <sys/wait.h>

namespace microbox::testing {

namespace {

/// Everything a root inside can be given to reach other processes.
const std::vector<std::string> armed = {"--cap-add",
                                        "ALL",
                                        "--allow-syscall",
                                        "ptrace",
                                        "--allow-syscall",
                                        "process_vm_readv",
                                        "--allow-syscall",
                                        "process_vm_writev",
                                        "--allow-syscall",
                                        "pidfd_getfd"};

} // namespace

// T10, T54: init is not dumpable, so that its user namespace is not the sandbox's to look into.
TEST(Init, CannotBeReachedByRootInside) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe(armed, {"procmem", "1"});

    ASSERT_EQ(outcome.code, 0) << outcome.describe();
    for (const char* const door :
         {"mem", "environ", "maps", "exe", "root/", "cwd/", "fd/0", "auxv", "stack"})
        EXPECT_EQ(outcome.value(door), "EACCES") << door;
    EXPECT_EQ(outcome.value("process_vm_readv"), "EPERM") << outcome.describe();
}

TEST(Init, CannotBeTracedByRootInside) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe(armed, {"ptrace", "1"});

    EXPECT_EQ(outcome.value("ptrace"), "EPERM") << outcome.describe();
}

TEST(Init, IsNotEndedOrStoppedFromInside) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_shell(
        {},
        "for s in KILL TERM INT STOP HUP SEGV; do kill -$s 1; done; (exit 0) & wait; echo alive");

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out, "alive\n") << outcome.describe();
}

/// Root inside has init's user id, which is what prlimit(2) asks for.
TEST(Init, WhoseLimitsAreTakenAwayFromInsideStillEndsTheRunInTime) {
    MBX_NEEDS_ROOT();
    const std::string starve = "import os, resource, signal, time\n"
                               "for limit in range(16):\n"
                               "    try: resource.prlimit(1, limit, (0, 0))\n"
                               "    except (OSError, ValueError): pass\n"
                               "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n";
    const auto python = [&](const std::string& then, const std::vector<std::string>& options) {
        std::vector<std::string> arguments = {"--fs", "system"};
        arguments.insert(arguments.end(), options.begin(), options.end());
        arguments.insert(arguments.end(), {"--", "python3", "-c", starve + then});
        return run(arguments);
    };

    EXPECT_EQ(python("os._exit(5)", {}).code, 5);
    const Outcome ended =
        python("time.sleep(25)", {"--timeout", "500ms", "--timeout-grace", "500ms"});
    EXPECT_EQ(ended.code, 124) << ended.describe();
    EXPECT_LT(ended.seconds, 15) << ended.describe();
}

TEST(Init, ReapsOrphans) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({}, {"orphans", "30"});

    EXPECT_EQ(outcome.value("zombies"), "0") << outcome.describe();
}

TEST(Init, EndsDaemonsWithTheCommand) {
    MBX_NEEDS_ROOT();
    for (const std::vector<std::string>& options :
         {std::vector<std::string>{}, std::vector<std::string>{"--no-init"}}) {
        Held held;
        Running running = held.start(
            shell_inside(options, "trap '' TERM HUP; (setsid sleep 600 &); sleep 600 & exit 3"));

        EXPECT_EQ(running.finish().code, 3);
        EXPECT_TRUE(held.ends());
    }
}

TEST(Init, IsAloneWithTheCommandAndShowsNothingOfTheHost) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({}, {"pids"});

    EXPECT_EQ(outcome.values("pid").size(), 2U) << outcome.describe();
    EXPECT_EQ(outcome.value("pid 1").rfind("mbx-init parent 0", 0), 0U) << outcome.describe();
    EXPECT_EQ(outcome.value("self"), "2") << outcome.describe();
}

TEST(NoInit, TheCommandIsProcessOneAndSeesOnlyItself) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({"--no-init"}, {"pids"});

    EXPECT_EQ(outcome.value("self"), "1") << outcome.describe();
    ASSERT_EQ(outcome.values("pid").size(), 1U) << outcome.describe();
    EXPECT_EQ(outcome.value("pid"), "1 probe parent 0 state R") << outcome.describe();
}

TEST(NoInit, TheMasksOfProcAreThereToo) {
    MBX_NEEDS_ROOT();

    const Outcome with = run_shell({}, "cat /proc/self/mountinfo | cut -d' ' -f5 | grep ^/proc/");
    const Outcome without =
        run_shell({"--no-init"}, "cat /proc/self/mountinfo | cut -d' ' -f5 | grep ^/proc/");
    const Outcome written = run_probe({"--no-init"}, {"write", "/proc/sys/kernel/hostname", "x"});

    EXPECT_EQ(with.out, without.out) << without.describe();
    EXPECT_NE(without.out.find("/proc/keys"), std::string::npos) << without.describe();
    EXPECT_EQ(written.value("write"), "EROFS") << written.describe();
}

TEST(Kill, OfEverybodyReachesNobodyOutside) {
    MBX_NEEDS_ROOT();
    // A bystander in our process group, as a shell's other jobs are.
    const pid_t bystander = ::fork();
    if (bystander == 0) {
        ::alarm(60);
        for (;;)
            ::pause();
    }

    for (const std::vector<std::string>& options :
         {std::vector<std::string>{}, std::vector<std::string>{"--no-init"}}) {
        const Outcome everybody =
            run_shell(options, "trap '' TERM; kill -TERM -1; kill -TERM 0; echo alive");
        EXPECT_EQ(everybody.out, "alive\n") << everybody.describe();
        EXPECT_EQ(everybody.code, 0) << everybody.describe();
    }
    const Outcome group = run_probe({}, {"killpid", "0", "9"});
    EXPECT_EQ(group.code, 128 + SIGKILL) << group.describe();

    EXPECT_EQ(::waitpid(bystander, nullptr, WNOHANG), 0) << "the bystander is dead";
    ::kill(bystander, SIGKILL);
    ::waitpid(bystander, nullptr, 0);
}

} // namespace microbox::testing
