// SPDX-License-Identifier: MIT
// The floor's child: its own namespaces' mounts, masks, pivot; then the command's process with its
// capabilities, its filter and its exec, in the order that works (docs/lifecycle.md).
#define _GNU_SOURCE
#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

static void mask(const char* path) {
    if (mount("/dev/null", path, NULL, MS_BIND, NULL) == 0 || errno == ENOENT)
        return;
    // ENOTDIR: a directory, hidden by an empty one.
    MUST(mount("tmpfs", path, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV, "nr_inodes=1"));
}

static void read_only(const char* path) {
    if (mount(path, path, NULL, MS_BIND | MS_REC, NULL) < 0)
        return;
    MUST(mount(NULL,
               path,
               NULL,
               MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
               NULL));
}

static void mount_own(int lean) {
    const unsigned long safe = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    MUST(mount("proc", ROOT "/proc", "proc", safe, NULL));
    MUST(mount("sysfs", ROOT "/sys", "sysfs", safe | MS_RDONLY, NULL));
    MUST(mount("devpts",
               ROOT "/dev/pts",
               "devpts",
               MS_NOSUID | MS_NOEXEC,
               "newinstance,ptmxmode=0666,mode=0620,gid=5,max=1024"));
    MUST(mount("mqueue", ROOT "/dev/mqueue", "mqueue", safe, NULL));
    if (lean)
        return;
    put(ROOT "/proc/sys/net/ipv4/ping_group_range", "0 65535");
    static const char* const masked[] = {ROOT "/proc/acpi",
                                         ROOT "/proc/asound",
                                         ROOT "/proc/interrupts",
                                         ROOT "/proc/kcore",
                                         ROOT "/proc/keys",
                                         ROOT "/proc/key-users",
                                         ROOT "/proc/kmsg",
                                         ROOT "/proc/latency_stats",
                                         ROOT "/proc/sched_debug",
                                         ROOT "/proc/scsi",
                                         ROOT "/proc/timer_list",
                                         ROOT "/proc/timer_stats",
                                         ROOT "/sys/firmware"};
    for (size_t i = 0; i < sizeof masked / sizeof *masked; ++i)
        mask(masked[i]);
    static const char* const kept[] = {ROOT "/proc/bus",
                                       ROOT "/proc/fs",
                                       ROOT "/proc/irq",
                                       ROOT "/proc/sys",
                                       ROOT "/proc/sysrq-trigger"};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; ++i)
        read_only(kept[i]);
}

static void loopback_up(void) {
    const int fd = (int)MUST(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    MUST(ioctl(fd, SIOCSIFFLAGS, &request));
    close(fd);
}

/// Denies 40 calls one by one, as a deny list without a tree does: the cost of loading is what
/// counts.
static void load_filter(void) {
    enum { RULES = 40 };
    struct sock_filter program[5 + RULES + 2] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0xC000003E, 1, 0), // AUDIT_ARCH_X86_64
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, RULES + 1, 0), // x32
    };
    for (int i = 0; i < RULES; ++i)
        program[5 + i] = (struct sock_filter)BPF_JUMP(
            BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(600 + i), (unsigned char)(RULES - i), 0);
    program[5 + RULES] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    program[6 + RULES] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
    const struct sock_fprog whole = {sizeof program / sizeof *program, program};
    MUST(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &whole));
}

static void drop_capabilities(void) {
    static const int kept[] = {CAP_CHOWN,
                               CAP_DAC_OVERRIDE,
                               CAP_FOWNER,
                               CAP_FSETID,
                               CAP_KILL,
                               CAP_SETGID,
                               CAP_SETUID,
                               CAP_SETPCAP,
                               CAP_NET_BIND_SERVICE,
                               CAP_SYS_CHROOT,
                               CAP_SETFCAP};
    uint64_t keep = 0;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; ++i)
        keep |= 1ULL << kept[i];
    for (int capability = 0; capability <= CAP_LAST_CAP; ++capability)
        if (!(keep >> capability & 1))
            MUST(prctl(PR_CAPBSET_DROP, capability, 0, 0, 0));
    MUST(syscall(SYS_setgroups, 0, NULL));
    MUST(syscall(SYS_setresgid, 0, 0, 0));
    MUST(syscall(SYS_setresuid, 0, 0, 0));
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    const struct __user_cap_data_struct sets[2] = {
        {(uint32_t)keep, (uint32_t)keep, 0}, {(uint32_t)(keep >> 32), (uint32_t)(keep >> 32), 0}};
    MUST(syscall(SYS_capset, &header, sets));
    MUST(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0));
}

static _Noreturn void become_command(const struct start* start) {
    const struct rlimit none = {0, 0};
    MUST(setrlimit(RLIMIT_CORE, &none));
    drop_capabilities();
    MUST(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0));
    struct pollfd lifeline = {start->lifeline, POLLIN, 0};
    MUST(poll(&lifeline, 1, 0));
    MUST(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
    MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    put_at(start->sync, "R");
    expect(start->sync, 'g');
    MUST(close_range(3, ~0U, 0));
    load_filter();
    char* environment[] = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                           "HOME=/root",
                           "TERM=xterm",
                           "LANG=C.UTF-8",
                           NULL};
    execve(start->command[0], start->command, environment);
    fail("execve");
}

/// Both clocks from zero.
static void make_time_namespace(void) {
    struct timespec monotonic, boot;
    clock_gettime(CLOCK_MONOTONIC, &monotonic);
    clock_gettime(CLOCK_BOOTTIME, &boot);
    char offsets[128];
    snprintf(offsets,
             sizeof offsets,
             "monotonic -%ld 0\nboottime -%ld 0\n",
             (long)monotonic.tv_sec,
             (long)boot.tv_sec);
    MUST(unshare(CLONE_NEWTIME));
    // The change of ids has given /proc/self to somebody else.
    MUST(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
    put("/proc/self/timens_offsets", offsets);
}

void inside(const struct start* start) {
    MUST(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL, 0, 0, 0));
    expect(start->sync, 'r');
    MUST(syscall(SYS_setresgid, 0, 0, 0));
    MUST(syscall(SYS_setresuid, 0, 0, 0));
    if (start->groups[0] >= 0) {
        for (int i = 0; i < 3; ++i)
            put_at(start->groups[i], "0");
        MUST(unshare(CLONE_NEWCGROUP));
    }
    mount_own(start->lean);
    MUST(sethostname("floor", 5));
    loopback_up();
    MUST(chdir(ROOT));
    MUST(syscall(SYS_pivot_root, ".", "."));
    MUST(umount2(".", MNT_DETACH));
    MUST(chdir("/"));
    MUST(setsid());
    if (!start->lean)
        make_time_namespace();
    const long command = MUST(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
    if (command == 0)
        become_command(start);
    MUST(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
    MUST(close(start->sync));
    int status = 0;
    MUST(wait4((pid_t)command, &status, 0, NULL));
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}
