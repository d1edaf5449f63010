// SPDX-License-Identifier: MIT
// The default filter through the real sandbox: each call that is refused, with its answer. All run
// with every capability, so that EPERM is the filter's word and not that of a missing right.
#include "tests/support/sandbox.hpp"

#include <string>
#include <utility>
#include <vector>

#include <sys/syscall.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

using Call = std::pair<const char*, long>;

#define MBX_CALL(name) Call(#name, SYS_##name)

const std::vector<Call> refused = {
    MBX_CALL(init_module),
    MBX_CALL(finit_module),
    MBX_CALL(delete_module),
    MBX_CALL(kexec_load),
    MBX_CALL(kexec_file_load),
    MBX_CALL(bpf),
    MBX_CALL(add_key),
    MBX_CALL(request_key),
    MBX_CALL(keyctl),
    MBX_CALL(ptrace),
    MBX_CALL(process_vm_readv),
    MBX_CALL(process_vm_writev),
    MBX_CALL(kcmp),
    MBX_CALL(move_pages),
    MBX_CALL(migrate_pages),
    MBX_CALL(clock_settime),
    MBX_CALL(settimeofday),
    MBX_CALL(adjtimex),
    MBX_CALL(clock_adjtime),
    MBX_CALL(reboot),
    MBX_CALL(quotactl),
    MBX_CALL(acct),
    MBX_CALL(swapon),
    MBX_CALL(swapoff),
    MBX_CALL(syslog),
    MBX_CALL(vhangup),
    MBX_CALL(mount),
    MBX_CALL(umount2),
    MBX_CALL(pivot_root),
    MBX_CALL(setns),
    MBX_CALL(unshare),
    MBX_CALL(open_by_handle_at),
    MBX_CALL(fanotify_init),
    MBX_CALL(fanotify_mark),
    MBX_CALL(perf_event_open),
    MBX_CALL(userfaultfd),
    // The same numbers on every machine (Linux, scripts/syscall.tbl).
    Call("open_tree", 428),
    Call("move_mount", 429),
    Call("fsopen", 430),
    Call("fsconfig", 431),
    Call("fsmount", 432),
    Call("fspick", 433),
    Call("pidfd_getfd", 438),
    Call("process_madvise", 440),
    Call("mount_setattr", 442),
    Call("quotactl_fd", 443),
    Call("open_tree_attr", 467),
#if defined(__x86_64__)
    MBX_CALL(iopl),
    MBX_CALL(ioperm),
    MBX_CALL(modify_ldt),
#endif
};

const std::vector<Call> unknown = {
    Call("io_uring_setup", 425),
    Call("io_uring_enter", 426),
    Call("io_uring_register", 427),
    Call("clone3", 435),
    Call("memfd_secret", 447),
    Call("statmount", 457),
    Call("listmount", 458),
    Call("lsm_get_self_attr", 459),
    Call("a number of no kernel", 600),
    Call("the largest number", 0x3fffffff),
};

void expect_answers(const std::vector<Call>& calls, const std::string& answer) {
    std::vector<std::string> words = {"calls"};
    for (const Call& call : calls)
        words.push_back(std::to_string(call.second));

    const Outcome outcome = run_probe({"--cap-add", "ALL"}, words);

    ASSERT_EQ(outcome.code, 0) << outcome.describe();
    for (const auto& [name, number] : calls)
        EXPECT_EQ(outcome.value("call " + std::to_string(number)), answer) << name;
}

std::string answer_of(const std::vector<std::string>& words, const std::string& key) {
    const Outcome outcome = run_probe({"--cap-add", "ALL"}, words);
    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    return outcome.value(key);
}

} // namespace

TEST(Calls, WhatAnOrdinaryProgramDoesNotNeedIsNotPermitted) {
    MBX_NEEDS_ROOT();
    expect_answers(refused, "EPERM");
}

TEST(Calls, WhatIsNewerOrUnknownIsNotThere) {
    MBX_NEEDS_ROOT();
    expect_answers(unknown, "ENOSYS");
}

TEST(Calls, WithoutTheFilterTheKernelAnswersThem) {
    MBX_NEEDS_ROOT();

    // These have a meaning without arguments, or the kernel sees what is wrong with them.
    const Outcome outcome =
        run_probe({"--cap-add", "ALL", "--seccomp", "off"},
                  {"calls", std::to_string(SYS_unshare), std::to_string(SYS_mount), "435"});

    EXPECT_EQ(outcome.value("call " + std::to_string(SYS_unshare)), "ok") << outcome.describe();
    EXPECT_EQ(outcome.value("call " + std::to_string(SYS_mount)), "EFAULT") << outcome.describe();
    EXPECT_EQ(outcome.value("call 435"), "EINVAL") << outcome.describe();
}

TEST(Calls, CloneMakesNoNamespaces) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(answer_of({"clonens", "0"}, "clone"), "ok");
    for (const char* flag : {"0x00020000",
                             "0x02000000",
                             "0x04000000",
                             "0x08000000",
                             "0x10000000",
                             "0x20000000",
                             "0x40000000",
                             "0x10020000",
                             "0x100020000"})
        EXPECT_EQ(answer_of({"clonens", flag}, "clone"), "EPERM") << flag;
}

TEST(Calls, NothingIsTypedIntoATerminal) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(answer_of({"tiocsti"}, "tiocsti"), "EPERM");
    EXPECT_EQ(answer_of({"tiocsti"}, "tiocsti-high"), "EPERM");
    EXPECT_EQ(answer_of({"ioctl", "/dev/null", "0x541c"}, "ioctl"), "EPERM");      // TIOCLINUX
    EXPECT_EQ(answer_of({"ioctl", "/dev/null", "0x70000541c"}, "ioctl"), "EPERM"); // 32 bits count
    EXPECT_EQ(answer_of({"ioctl", "/dev/null", "0x5401"}, "ioctl"), "ENOTTY");     // TCGETS may ask
}

TEST(Calls, OtherMachinesHaveNoEntrance) {
    MBX_NEEDS_ROOT();
#if defined(__x86_64__)
    EXPECT_EQ(answer_of({"i386"}, "i386"), "signal 31");
    EXPECT_EQ(answer_of({"x32"}, "x32"), "ENOSYS");
    // mount(2) of x32: ENOSYS is the filter's answer, EPERM would be that of a filter without a
    // check.
    EXPECT_EQ(answer_of({"syscall", std::to_string(0x40000000L | SYS_mount)}, "syscall"), "ENOSYS");
#endif
}

TEST(Calls, SocketsOfFourFamilies) {
    MBX_NEEDS_ROOT();

    for (const char* family : {"1", "2", "10"})
        EXPECT_EQ(answer_of({"socket", family, "1"}, "socket"), "ok") << family;
    EXPECT_EQ(answer_of({"socket", "16", "3", "0"}, "socket"), "ok");              // NETLINK_ROUTE
    EXPECT_EQ(answer_of({"socket", "16", "3", "9"}, "socket"), "EPROTONOSUPPORT"); // NETLINK_AUDIT
    for (const char* protocol :
         {"4", "6", "12", "15", "16"}) // SOCK_DIAG, XFRM, NETFILTER, UEVENT, GENERIC
        EXPECT_EQ(answer_of({"socket", "16", "3", protocol}, "socket"), "EPERM") << protocol;
    for (int family = 3; family < 46; ++family)
        if (family != 10 && family != 16) {
            EXPECT_EQ(answer_of({"socket", std::to_string(family), "2"}, "socket"), "EPERM")
                << family;
        }
    // The kernel takes an int: the upper half must not lead around the check.
    EXPECT_EQ(
        answer_of({"syscall", std::to_string(SYS_socket), "0x100000028", "1", "0"}, "syscall"),
        "EPERM");
}

TEST(Calls, PersonalityIsTheDefaultOne) {
    MBX_NEEDS_ROOT();
    const std::string number = std::to_string(SYS_personality);

    EXPECT_EQ(answer_of({"syscall", number, "0xffffffff"}, "syscall"), "0");
    EXPECT_EQ(answer_of({"syscall", number, "0"}, "syscall"), "0");
    EXPECT_EQ(answer_of({"syscall", number, "0x0400000"}, "syscall"), "EPERM"); // READ_IMPLIES_EXEC
    EXPECT_EQ(answer_of({"syscall", number, "0x0040000"}, "syscall"), "EPERM"); // no randomisation
}

TEST(Calls, AFilterIsInForceAndNoMoreThanOne) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(answer_of({"caps"}, "Seccomp"), "2");
    EXPECT_EQ(answer_of({"caps"}, "Seccomp_filters"), "1");
}

} // namespace microbox::testing
