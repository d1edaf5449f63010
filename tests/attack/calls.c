// SPDX-License-Identifier: MIT
// System calls that must not reach the kernel. The arguments are ones that the kernel refuses, or
// that mean nothing: whoever is let through gets another answer than EPERM or ENOSYS.
#define _GNU_SOURCE
#include "attack.h"
#include "tables.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <unistd.h>

// Newer than the headers of the oldest machine that builds this; the same everywhere.
enum {
    nr_io_uring_setup = 425,
    nr_io_uring_enter,
    nr_io_uring_register,
    nr_open_tree,
    nr_move_mount,
    nr_fsopen,
    nr_fsconfig,
    nr_fsmount,
    nr_fspick,
    nr_clone3 = 435,
    nr_pidfd_getfd = 438,
    nr_process_madvise = 440,
    nr_mount_setattr = 442,
    nr_quotactl_fd = 443,
    nr_statmount = 457,
    nr_open_tree_attr = 467,
};

static struct verdict call(const struct attack* attack) {
    const long* a = attack->arguments;
    return unless_it_was_reached(syscall(attack->number, a[0], a[1], a[2], a[3], a[4], a[5]));
}

static struct verdict call_with_path(const struct attack* attack) {
    return unless_it_was_reached(syscall(attack->number, attack->path, attack->arguments[0]));
}

/// Without a controlling terminal there is nothing to hang up.
static struct verdict hang_up(const struct attack* attack) {
    if (getpgrp() != getpid())
        setsid();
    return unless_it_worked(syscall(attack->number));
}

/// A value that no clock has is refused after the question of rights.
static struct verdict adjust_clock(const struct attack* attack) {
    struct timex values;
    memset(&values, 0, sizeof values);
    values.modes = ADJ_TICK;
    (void)attack;
    return unless_it_was_reached(adjtimex(&values));
}

/// A child of its own is born with the flags and ends at once.
static struct verdict clone_with(const struct attack* attack) {
    const long child = syscall(SYS_clone, attack->number | SIGCHLD, 0, 0, 0, 0);
    if (child == 0)
        _exit(0);
    if (child > 0)
        waitpid((pid_t)child, NULL, 0);
    return unless_it_worked(child);
}

static struct verdict unshare_with(const struct attack* attack) {
    return unless_it_worked(syscall(SYS_unshare, attack->number));
}

static struct verdict clone3_with(const struct attack* attack) {
    uint64_t arguments[8] = {(uint64_t)attack->number};
    arguments[4] = SIGCHLD;
    const long child = syscall(nr_clone3, arguments, sizeof arguments);
    if (child == 0)
        _exit(0);
    if (child > 0)
        waitpid((pid_t)child, NULL, 0);
    return unless_it_worked(child);
}

static struct verdict count_cycles(const struct attack* attack) {
    struct perf_event_attr event;
    memset(&event, 0, sizeof event);
    event.size = sizeof event;
    event.type = PERF_TYPE_SOFTWARE;
    event.config = PERF_COUNT_SW_CPU_CLOCK;
    event.disabled = 1;
    (void)attack;
    return unless_it_worked(syscall(SYS_perf_event_open, &event, 0, -1, -1, 0));
}

static struct verdict own_ring(const struct attack* attack) {
    uint32_t parameters[30] = {0};
    (void)attack;
    return unless_it_worked(syscall(nr_io_uring_setup, 1, parameters));
}

static struct verdict trace_child(const struct attack* attack) {
    (void)attack;
    const pid_t child = fork();
    if (child == 0)
        _exit(ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 ? 0 : 1);
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child)
        return untestable("no child: %s", name_of_errno());
    return WIFEXITED(status) && WEXITSTATUS(status) == 1 ? escape("a child is traced")
                                                         : held("refused");
}

#ifdef SYS_iopl
static struct verdict ports(const struct attack* attack) {
    return unless_it_worked(
        syscall(attack->number, attack->arguments[0], attack->arguments[1], attack->arguments[2]));
}
#endif

#define CALL(id, name, number, ...)                                                                \
    {                                                                                              \
        id, "reach " name, call, NULL, number, {                                                   \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define NOBODY 0x7ffffffe /* a process that there is not */

const struct attack call_attacks[] = {
    CALL("T36e", "mount", SYS_mount, 0),
    CALL("T36f", "umount2", SYS_umount2, 0),
    CALL("T36g", "open_tree", nr_open_tree, -1),
    CALL("T36h", "move_mount", nr_move_mount, -1, 0, -1),
    CALL("T36i", "fsopen", nr_fsopen, 0),
    CALL("T36j", "fsconfig", nr_fsconfig, -1),
    CALL("T36k", "fsmount", nr_fsmount, -1),
    CALL("T36l", "fspick", nr_fspick, -1),
    CALL("T36m", "mount_setattr", nr_mount_setattr, -1),
    CALL("T36n", "open_tree_attr, newer than the filter", nr_open_tree_attr, -1, 0, 0x10000000),
    CALL("T36o", "statmount, newer than the filter", nr_statmount, 0),
    CALL("T42b", "open_by_handle_at", SYS_open_by_handle_at, -1),
    CALL("T42c", "fanotify_init", SYS_fanotify_init, 0xffff0000),
    CALL("T42d", "fanotify_mark", SYS_fanotify_mark, -1),
    CALL("T43b", "pivot_root", SYS_pivot_root, 0),
    CALL("T54m", "ptrace", SYS_ptrace, 2, NOBODY),
    CALL("T54n", "process_vm_readv", SYS_process_vm_readv, NOBODY),
    CALL("T54o", "process_vm_writev", SYS_process_vm_writev, NOBODY),
    CALL("T54p", "pidfd_getfd", nr_pidfd_getfd, -1),
    CALL("T54q", "kcmp", SYS_kcmp, NOBODY, NOBODY),
    CALL("T54r", "process_madvise", nr_process_madvise, -1),
    CALL("T54s", "move_pages", SYS_move_pages, NOBODY),
    CALL("T56h", "setns", SYS_setns, -1),
    CALL("T64a", "unshare", SYS_unshare, 0),
    {"T64b", "unshare a user namespace", unshare_with, NULL, CLONE_NEWUSER, {0}},
    {"T64c", "unshare a mount namespace", unshare_with, NULL, CLONE_NEWNS, {0}},
    {"T64d", "unshare a network namespace", unshare_with, NULL, CLONE_NEWNET, {0}},
    {"T64e", "unshare a pid namespace", unshare_with, NULL, CLONE_NEWPID, {0}},
    {"T64f", "unshare a cgroup namespace", unshare_with, NULL, CLONE_NEWCGROUP, {0}},
    {"T64g", "unshare a time namespace", unshare_with, NULL, 0x80, {0}},
    {"T64h", "clone into a user namespace", clone_with, NULL, CLONE_NEWUSER, {0}},
    {"T64i", "clone into a mount namespace", clone_with, NULL, CLONE_NEWNS, {0}},
    {"T64j", "clone into a network namespace", clone_with, NULL, CLONE_NEWNET, {0}},
    {"T64k", "clone into a pid namespace", clone_with, NULL, CLONE_NEWPID, {0}},
    {"T64l", "clone3 into a user namespace", clone3_with, NULL, CLONE_NEWUSER, {0}},
    {"T64m", "clone3, whose flags no filter sees", clone3_with, NULL, 0, {0}},
    CALL("T68a", "io_uring_setup", nr_io_uring_setup, 0),
    CALL("T68b", "io_uring_enter", nr_io_uring_enter, -1),
    CALL("T68c", "io_uring_register", nr_io_uring_register, -1),
    {"T68d", "make an io_uring", own_ring, NULL, 0, {0}},
    CALL("T69a", "bpf", SYS_bpf, 0, 0, 1 << 20),
    CALL("T69b", "perf_event_open", SYS_perf_event_open, 0),
    {"T69c", "count events of our own", count_cycles, NULL, 0, {0}},
    CALL("T69d", "userfaultfd", SYS_userfaultfd, 0x40000000),
#ifdef SYS_modify_ldt
    CALL("T69e", "modify_ldt", SYS_modify_ldt, 0),
#endif
    CALL("T70a", "add_key", SYS_add_key, 0),
    CALL("T70b", "request_key", SYS_request_key, 0),
    CALL("T70c", "keyctl", SYS_keyctl, 0xffff),
    {"T70d", "ask for the user's keyring", call, NULL, SYS_keyctl, {0, -4, 0}},
    CALL("T71a", "init_module", SYS_init_module, 0),
    CALL("T71b", "finit_module", SYS_finit_module, -1),
    CALL("T71c", "delete_module", SYS_delete_module, 0),
    CALL("T71d", "kexec_load", SYS_kexec_load, 0, 0, 0, 0xffff),
    CALL("T71e", "kexec_file_load", SYS_kexec_file_load, -1, -1, 0, 0, 0xffff),
    CALL("T71f", "reboot, without its magic numbers", SYS_reboot, 0),
    CALL("T71g", "swapon", SYS_swapon, 0, 0x40000000),
    CALL("T71h", "swapoff", SYS_swapoff, 0),
    {"T71i", "reach acct", call_with_path, "/nonexistent/attack", SYS_acct, {0}},
    CALL("T71j", "syslog", SYS_syslog, 99),
    {"T71k", "ask for the size of the kernel's log", call, NULL, SYS_syslog, {10}},
    CALL("T71l", "quotactl", SYS_quotactl, 0x8000ffff),
    CALL("T71m", "quotactl_fd", nr_quotactl_fd, -1),
    {"T71n", "reach vhangup, without a terminal", hang_up, NULL, SYS_vhangup, {0}},
    CALL("T71o", "settimeofday", SYS_settimeofday, 0),
    CALL("T71p", "clock_settime", SYS_clock_settime, 0xffff),
    CALL("T71q", "clock_adjtime", SYS_clock_adjtime, 0),
    {"T71r", "adjust the clock", adjust_clock, NULL, 0, {0}},
#ifdef SYS_iopl
    {"T71s", "raise the privilege level of ports", ports, NULL, SYS_iopl, {3}},
    {"T71t", "open a port", ports, NULL, SYS_ioperm, {0x80, 1, 1}},
#endif
    {"T75a", "trace a child, whose calls could be changed", trace_child, NULL, 0, {0}},
    CALL("T76a", "personality with READ_IMPLIES_EXEC", SYS_personality, 0x0400000),
    CALL("T76b", "personality with ADDR_NO_RANDOMIZE", SYS_personality, 0x0040000),
#ifdef SYS_ustat
    CALL("T76c", "ustat, which is obsolete", SYS_ustat, 0),
    CALL("T76d", "sysfs, which is obsolete", SYS_sysfs, 3),
#endif
    {NULL, NULL, NULL, NULL, 0, {0}},
};
