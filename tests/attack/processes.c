// SPDX-License-Identifier: MIT
// Other processes: those of the host, the launcher's group, and the sandbox's own process 1. No
// signal but 0 is sent, and nobody is traced longer than it takes to let go.
#define _GNU_SOURCE
#include "attack.h"
#include "tables.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

static struct verdict verdict;

/// The namespace of ours is the one that the caller is in.
static struct verdict shares_namespace(const struct attack* attack) {
    char link[64], own[64] = "", key[64];
    snprintf(link, sizeof link, "/proc/self/ns/%s", attack->path);
    snprintf(key, sizeof key, "host-%s", attack->path);
    if (!told(key))
        return untestable("no %s= was told", key);
    if (readlink(link, own, sizeof own - 1) < 0)
        return untestable("%s: %s", link, name_of_errno());
    return strcmp(own, told(key)) ? held("%s", own) : escape("%s", own);
}

static int shows(int pid, void* context) {
    char path[64], text[4096] = "";
    const char* const form = context;
    const char* const word =
        strstr(form, "environ") ? told("secret-variable") : told("victim-word");
    snprintf(path, sizeof path, form, pid);
    const long got = read_text(path, text, sizeof text);
    for (long i = 0; i + 1 < got; ++i)
        if (!text[i])
            text[i] = ' ';
    if (got <= 0 || !strstr(text, word) || pid == getpid() || pid == getppid())
        return 0;
    verdict = escape("in %s", path);
    return 1;
}

static struct verdict see_victim(const struct attack* attack) {
    if (!told("victim-word"))
        return untestable("no victim-word= was told");
    verdict = held("no process shows it");
    find_process(shows, (void*)attack->path);
    return verdict;
}

static int victim(void) {
    return told("victim") ? atoi(told("victim")) : 0;
}

static struct verdict signal_victim(const struct attack* attack) {
    if (!victim())
        return untestable("no victim= was told");
    if (attack->number)
        return unless_it_worked(syscall(SYS_pidfd_open, victim(), 0));
    return unless_it_worked(kill(victim(), 0));
}

static struct verdict other_procfs(const struct attack* attack) {
    char self[32] = "";
    (void)attack;
    if (readlink("/proc/self", self, sizeof self - 1) < 0)
        return held("%s", name_of_errno());
    return atoi(self) == getpid() ? held("its own") : escape("we are %s there", self);
}

/// 0 is what the kernel says of a group or session whose leader is outside of our pid namespace:
/// kill(0) and setpriority(PRIO_PGRP, 0) reach it.
static struct verdict callers_group(const struct attack* attack) {
    const pid_t id = attack->number ? getsid(0) : getpgrp();
    return id == 0 ? escape("the leader is outside") : held("%d", id);
}

#define INIT                                                                                       \
    (void)attack;                                                                                  \
    if (init_is_the_hosts())                                                                       \
    return untestable("process 1 is the machine's")

static struct verdict open_of_init(const struct attack* attack) {
    INIT;
    return unless_it_worked(
        open(attack->path, (attack->number ? O_WRONLY : O_RDONLY) | O_CLOEXEC | O_NONBLOCK));
}

/// The numbers of what is open are no secret, what they are is.
static struct verdict links_of_init(const struct attack* attack) {
    char path[64], target[256];
    INIT;
    for (int fd = 0; fd < 1024; ++fd) {
        snprintf(path, sizeof path, attack->path, fd);
        if (readlink(path, target, sizeof target) >= 0)
            return escape("%s", path);
    }
    return held("%s", name_of_errno());
}

static struct verdict link_of_init(const struct attack* attack) {
    char target[256];
    INIT;
    return unless_it_worked(readlink(attack->path, target, sizeof target));
}

/// Overwriting a program that runs is refused last, with ETXTBSY: the rights were there.
static struct verdict overwrite_init(const struct attack* attack) {
    INIT;
    const int fd = open(attack->path, O_WRONLY | O_CLOEXEC);
    return fd < 0 && errno == ETXTBSY ? escape("ETXTBSY") : unless_it_worked(fd);
}

static struct verdict execute_init(const struct attack* attack) {
    INIT;
    return unless_it_worked(access(attack->path, X_OK));
}

static struct verdict trace_init(const struct attack* attack) {
    INIT;
    const long result = ptrace(PTRACE_SEIZE, 1, NULL, NULL);
    if (result == 0) {
        ptrace(PTRACE_INTERRUPT, 1, NULL, NULL);
        waitpid(1, NULL, __WALL);
        ptrace(PTRACE_DETACH, 1, NULL, NULL);
    }
    return unless_it_worked(result);
}

/// Page 0 is nowhere mapped: EFAULT is the answer to who has the right.
static struct verdict memory_of_init(const struct attack* attack) {
    INIT;
    char byte = 0;
    const struct iovec local = {&byte, 1}, remote = {NULL, 1};
    return unless_it_was_reached(attack->number ? process_vm_writev(1, &local, 1, &remote, 1, 0)
                                                : process_vm_readv(1, &local, 1, &remote, 1, 0));
}

static struct verdict descriptor_of_init(const struct attack* attack) {
    INIT;
    const long init = syscall(SYS_pidfd_open, 1, 0);
    if (init < 0)
        return held("pidfd_open: %s", name_of_errno());
    return unless_it_was_reached(syscall(SYS_pidfd_getfd, init, 0, 0));
}

static struct verdict secrets(const struct attack* attack) {
    if (!told("secret-variable"))
        return untestable("no secret-variable= was told");
    verdict = held("no process shows it");
    find_process(shows, (void*)attack->path);
    return verdict;
}

static struct verdict enter(const struct attack* attack) {
    INIT;
    const int fd = open(attack->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return held("open: %s", name_of_errno());
    return unless_it_was_reached(setns(fd, (int)attack->number));
}

#define NAMESPACE(id, what, name)                                                                  \
    {                                                                                              \
        id, "be in " what " of the caller", shares_namespace, name, 0, {                           \
            0                                                                                      \
        }                                                                                          \
    }
#define OPEN(id, path)                                                                             \
    {                                                                                              \
        id, "open " path, open_of_init, path, 0, {                                                 \
            0                                                                                      \
        }                                                                                          \
    }

const struct attack process_attacks[] = {
    NAMESPACE("T02c", "the mount namespace", "mnt"),
    NAMESPACE("T50d", "the cgroup namespace", "cgroup"),
    NAMESPACE("T52a", "the pid namespace", "pid"),
    NAMESPACE("T57a", "the user namespace", "user"),
    NAMESPACE("T100a", "the network namespace", "net"),
    NAMESPACE("T108a", "the ipc namespace", "ipc"),
    NAMESPACE("T116a", "the uts namespace", "uts"),
    {"T10a", "read the launcher's program, process 1", open_of_init, "/proc/1/exe", 0, {0}},
    {"T10b", "overwrite the launcher's program", overwrite_init, "/proc/1/exe", 0, {0}},
    {"T11a", "execute the launcher's program", execute_init, "/proc/1/exe", 0, {0}},
    {"T52b", "see a process of the host", see_victim, "/proc/%d/cmdline", 0, {0}},
    {"T52c", "send it signal 0", signal_victim, NULL, 0, {0}},
    {"T52d", "open a pidfd of it", signal_victim, NULL, 1, {0}},
    {"T52e", "find a /proc of another pid namespace", other_procfs, NULL, 0, {0}},
    {"T53a", "be in the caller's process group", callers_group, NULL, 0, {0}},
    {"T53b", "be in the caller's session", callers_group, NULL, 1, {0}},
    {"T54a", "trace process 1", trace_init, NULL, 0, {0}},
    OPEN("T54b", "/proc/1/mem"),
    OPEN("T54c", "/proc/1/maps"),
    OPEN("T54d", "/proc/1/auxv"),
    OPEN("T54e", "/proc/1/root"),
    OPEN("T54f", "/proc/1/cwd"),
    {"T54g", "read the links of /proc/1/fd", links_of_init, "/proc/1/fd/%d", 0, {0}},
    OPEN("T54h", "/proc/1/fd/0"),
    {"T54i", "read the memory of process 1", memory_of_init, NULL, 0, {0}},
    {"T54j", "write the memory of process 1", memory_of_init, NULL, 1, {0}},
    {"T54k", "take a descriptor of process 1", descriptor_of_init, NULL, 0, {0}},
    {"T54l", "read a link of /proc/1/ns", link_of_init, "/proc/1/ns/mnt", 0, {0}},
    OPEN("T55a", "/proc/1/environ"),
    {"T55b", "find the caller's secret in an environment", secrets, "/proc/%d/environ", 0, {0}},
    {"T56a", "enter the mount namespace of process 1", enter, "/proc/1/ns/mnt", CLONE_NEWNS, {0}},
    {"T56b", "enter its network namespace", enter, "/proc/1/ns/net", CLONE_NEWNET, {0}},
    {"T56c", "enter its pid namespace", enter, "/proc/1/ns/pid", CLONE_NEWPID, {0}},
    {"T56d", "enter its user namespace", enter, "/proc/1/ns/user", CLONE_NEWUSER, {0}},
    {"T56e", "enter its ipc namespace", enter, "/proc/1/ns/ipc", CLONE_NEWIPC, {0}},
    {"T56f", "enter its cgroup namespace", enter, "/proc/1/ns/cgroup", CLONE_NEWCGROUP, {0}},
    {"T56g", "enter our own network namespace", enter, "/proc/self/ns/net", CLONE_NEWNET, {0}},
    {NULL, NULL, NULL, NULL, 0, {0}},
};
