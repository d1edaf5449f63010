// SPDX-License-Identifier: MIT
// With --cap-add ALL and the calls of mounts and namespaces allowed, what lies below the sandbox's
// own mounts must still be nothing of the host's.
#include "tests/support/sandbox.hpp"

#include <string>
#include <vector>

#include <unistd.h>

namespace microbox::testing {

namespace {

/// Runs a script of sh, with the probe as $p.
Outcome run_as_administrator(const std::string& filesystem, const std::string& script) {
    std::vector<std::string> arguments = {"--fs", filesystem, "--cap-add", "ALL"};
    for (const char* call : {"mount",
                             "umount2",
                             "unshare",
                             "setns",
                             "pivot_root",
                             "mount_setattr",
                             "open_tree",
                             "move_mount",
                             "fsopen",
                             "fsmount",
                             "fsconfig"})
        arguments.insert(arguments.end(), {"--allow-syscall", call});
    arguments.insert(arguments.end(),
                     {"--mount-ro",
                      probe_path() + ":/tmp/probe",
                      "--",
                      "/bin/sh",
                      "-c",
                      "p=/tmp/probe; " + script});
    return run(arguments);
}

class Administrator : public ::testing::TestWithParam<const char*> {};

} // namespace

TEST_P(Administrator, FindsNothingBelowTheMounts) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_as_administrator(
        GetParam(),
        "for m in /dev/shm /dev /run /tmp /; do $p umount $m; done; echo below;"
        "$p umount /proc; $p umount /sys; $p list /proc; $p list /sys; echo end; exit 0");

    ASSERT_EQ(outcome.code, 0) << outcome.describe();
    // What was mounted before the birth is locked (mount_namespaces(7)); proc and sysfs are not,
    // and below them is an empty directory.
    EXPECT_EQ(outcome.values("umount"),
              (std::vector<std::string>{"EINVAL",
                                        "EINVAL",
                                        "EINVAL",
                                        "EINVAL",
                                        "EINVAL",
                                        "ok",
                                        outcome.values("umount").back()}))
        << outcome.describe();
    EXPECT_EQ(outcome.values("entry"), std::vector<std::string>{}) << outcome.describe();
    EXPECT_NE(outcome.out.find("end\n"), std::string::npos) << outcome.describe();
}

TEST_P(Administrator, CannotMakeReadOnlyMountsWritable) {
    MBX_NEEDS_ROOT();

    const Outcome outcome =
        run_as_administrator(GetParam(), "$p remount /tmp/probe; $p remount /dev; exit 0");

    ASSERT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.values("remount"), (std::vector<std::string>{"EPERM", "EPERM"}))
        << outcome.describe();
}

TEST_P(Administrator, GetsNoMoreOfTheKernelWithoutTheMasks) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_as_administrator(
        GetParam(),
        "for m in kcore keys kmsg timer_list sys bus irq; do $p umount /proc/$m >/dev/null; done;"
        "for f in kcore kmsg timer_list sysrq-trigger; do [ ! -e /proc/$f ] || $p open /proc/$f; "
        "done;"
        "$p write /proc/sys/kernel/core_pattern x; $p write /proc/sys/kernel/modprobe x;"
        "[ ! -e /proc/sysrq-trigger ] || $p write /proc/sysrq-trigger h; exit 0");

    ASSERT_EQ(outcome.code, 0) << outcome.describe();
    ASSERT_FALSE(outcome.values("write").empty()) << outcome.describe();
    for (const std::string& answer : outcome.values("open"))
        EXPECT_TRUE(answer == "EACCES" || answer == "EPERM") << outcome.describe();
    for (const std::string& answer : outcome.values("write"))
        EXPECT_NE(answer, "ok") << outcome.describe();
}

TEST_P(Administrator, SeesOnlyItsOwnProcessesInAProcOfItsOwn) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_as_administrator(
        GetParam(), "mkdir /tmp/x && $p mount proc /tmp/x && $p list /tmp/x; exit 0");

    ASSERT_EQ(outcome.code, 0) << outcome.describe();
    int processes = 0;
    for (const std::string& entry : outcome.values("entry"))
        processes += entry.find_first_not_of("0123456789") == std::string::npos ? 1 : 0;
    // Init, the shell and the probe that looks.
    EXPECT_EQ(processes, 3) << outcome.describe();
}

TEST_P(Administrator, FindsNoDeviceOfTheHost) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_as_administrator(
        GetParam(), "$p mknod /tmp/disk 254 0; mkdir /tmp/d; $p mount devtmpfs /tmp/d; exit 0");

    ASSERT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("mknod"), "EPERM") << outcome.describe();
    EXPECT_EQ(outcome.value("mount"), "EPERM") << outcome.describe();
}

INSTANTIATE_TEST_SUITE_P(Roots, Administrator, ::testing::Values("system", "host"));

} // namespace microbox::testing
