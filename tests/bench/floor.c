// SPDX-License-Identifier: MIT
// floor DIR CMD...: starts CMD as a full default start of microbox does, with the same kernel calls
// and nothing else: no parsing, no plan, no checks. What remains above it is microbox's own time.
#define _GNU_SOURCE
#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

_Noreturn void fail(const char* what) {
    dprintf(2, "floor: %s: %s\n", what, strerror(errno));
    _exit(125);
}

void put_at(int fd, const char* text) {
    MUST(write(fd, text, strlen(text)));
}

void put(const char* path, const char* text) {
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        fail(path);
    put_at(fd, text);
    close(fd);
}

void expect(int fd, char word) {
    char got = 0;
    if (read(fd, &got, 1) != 1 || got != word)
        _exit(125);
}

static const char* const v1_limits[3][2] = {
    {"memory", "memory.limit_in_bytes"}, {"cpu", "cpu.cfs_quota_us"}, {"pids", "pids.max"}};
static const char* const v2_limits[3] = {"memory.max", "cpu.max", "pids.max"};
static const char* const v1_values[3] = {"1073741824", "100000", "512"};
static const char* const v2_values[3] = {"1073741824", "100000 100000", "512"};

/// v1: three groups, the child enters through descriptors (a write from here waits for RCU). v2:
/// one, the child is born into it. Returns the v2 descriptor, or -1.
static int make_groups(char group[3][128], int tasks[3]) {
    const int one = access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0;
    for (int i = 0; i < 3; ++i) {
        char path[256];
        if (one)
            snprintf(group[i], 128, "/sys/fs/cgroup/floor-%d", getpid());
        else
            snprintf(group[i], 128, "/sys/fs/cgroup/%s/floor-%d", v1_limits[i][0], getpid());
        if (!one || i == 0)
            MUST(mkdir(group[i], 0755));
        snprintf(path, sizeof path, "%s/%s", group[i], one ? v2_limits[i] : v1_limits[i][1]);
        put(path, one ? v2_values[i] : v1_values[i]);
        tasks[i] = -1;
        if (!one) {
            snprintf(path, sizeof path, "%s/tasks", group[i]);
            tasks[i] = (int)MUST(open(path, O_WRONLY | O_CLOEXEC));
        }
    }
    return one ? (int)MUST(open(group[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC)) : -1;
}

static void remove_groups(char group[3][128], int one) {
    for (int i = 0; i < (one ? 1 : 3); ++i)
        while (rmdir(group[i]) < 0 && errno == EBUSY)
            usleep(100);
}

/// The storage: one tmpfs for all that can be written. Shared, so that what is mounted in it later
/// arrives in the child's copy.
static int make_storage(const char* directory) {
    MUST(unshare(CLONE_NEWNS));
    MUST(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
    // Before the staging place hides what is below it.
    const int lower =
        (int)MUST(syscall(SYS_open_tree, AT_FDCWD, directory, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
    MUST(mount(
        "tmpfs", STAGING, "tmpfs", MS_NOSUID | MS_NODEV, "size=512M,nr_inodes=131072,mode=755"));
    MUST(mount(NULL, STAGING, NULL, MS_SHARED, NULL));
    static const char* const names[] = {"lower", "root", "upper", "work", "tmp", "shm", "run"};
    for (int i = 0; i < 7; ++i) {
        char path[64];
        snprintf(path, sizeof path, STAGING "/%s", names[i]);
        MUST(mkdir(path, 0755));
        if (i >= 2)
            MUST(chown(path, RANGE_FIRST, RANGE_FIRST));
        if (i == 4 || i == 5)
            MUST(chmod(path, 01777));
    }
    return lower;
}

static void make_dev(void) {
    static const struct {
        const char* path;
        unsigned major, minor;
    } nodes[] = {{ROOT "/dev/null", 1, 3},
                 {ROOT "/dev/zero", 1, 5},
                 {ROOT "/dev/full", 1, 7},
                 {ROOT "/dev/random", 1, 8},
                 {ROOT "/dev/urandom", 1, 9},
                 {ROOT "/dev/tty", 5, 0}};

    static const char* const links[][2] = {{"/proc/self/fd", ROOT "/dev/fd"},
                                           {"/proc/self/fd/0", ROOT "/dev/stdin"},
                                           {"/proc/self/fd/1", ROOT "/dev/stdout"},
                                           {"/proc/self/fd/2", ROOT "/dev/stderr"},
                                           {"pts/ptmx", ROOT "/dev/ptmx"}};
    MUST(mount(
        "tmpfs", ROOT "/dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "size=65536,nr_inodes=64,mode=755"));
    umask(0);
    for (int i = 0; i < 6; ++i)
        MUST(mknod(nodes[i].path, S_IFCHR | 0666, makedev(nodes[i].major, nodes[i].minor)));
    for (int i = 0; i < 5; ++i)
        MUST(symlink(links[i][0], links[i][1]));
    umask(022);
    MUST(mkdir(ROOT "/dev/pts", 0755));
    MUST(mkdir(ROOT "/dev/mqueue", 0755));
    MUST(mkdir(ROOT "/dev/shm", 0755));
}

static void make_file(const char* path, const char* text) {
    unlink(path);
    const int fd = (int)MUST(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    put_at(fd, text);
    MUST(fchown(fd, RANGE_FIRST, RANGE_FIRST));
    close(fd);
}

/// The root, with the host's credentials: id-mapped lower, overlay, /dev, what is written of /etc.
static void assemble(int lower, int user_namespace, int lean) {
    struct mount_attr map = {.attr_set = MOUNT_ATTR_IDMAP | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV,
                             .userns_fd = (uint64_t)user_namespace};
    MUST(syscall(SYS_mount_setattr, lower, "", AT_EMPTY_PATH, &map, sizeof map));
    MUST(syscall(SYS_move_mount, lower, "", AT_FDCWD, STAGING "/lower", MOVE_MOUNT_F_EMPTY_PATH));
    close(lower);
    MUST(mount("overlay",
               ROOT,
               "overlay",
               MS_NOSUID | MS_NODEV,
               "lowerdir=" STAGING "/lower,upperdir=" STAGING "/upper,workdir=" STAGING
               "/work,redirect_dir=nofollow,metacopy=off"));
    make_dev();
    MUST(mount(STAGING "/shm", ROOT "/dev/shm", NULL, MS_BIND, NULL));
    MUST(mount(STAGING "/tmp", ROOT "/tmp", NULL, MS_BIND, NULL));
    MUST(mount(STAGING "/run", ROOT "/run", NULL, MS_BIND, NULL));
    if (lean)
        return;
    make_file(ROOT "/etc/hostname", "floor\n");
    make_file(ROOT "/etc/hosts", "127.0.0.1\tlocalhost\n");
    make_file(ROOT "/etc/resolv.conf", "nameserver 8.8.8.8\nnameserver 8.8.4.4\n");
}

static void map_ids(int child) {
    char path[64], text[64];
    snprintf(text, sizeof text, "0 %d %d\n", RANGE_FIRST, RANGE_LENGTH);
    snprintf(path, sizeof path, "/proc/%d/uid_map", child);
    put(path, text);
    snprintf(path, sizeof path, "/proc/%d/gid_map", child);
    put(path, text);
}

int main(int argc, char** argv) {
    const int lean = argc > 1 && !strcmp(argv[1], "--lean");
    argv += lean;
    if (argc - lean < 3)
        return 2;
    char group[3][128];
    struct start start = {.groups = {-1, -1, -1}, .lean = lean, .command = argv + 2};
    const int born_into = lean ? -1 : make_groups(group, start.groups);
    int sync[2], lifeline[2];
    MUST(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sync));
    MUST(pipe2(lifeline, O_CLOEXEC));
    const int lower = make_storage(argv[1]);

    int pidfd = -1;
    struct clone_args birth = {.flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS |
                                        CLONE_NEWIPC | CLONE_NEWNET | CLONE_PIDFD,
                               .pidfd = (uint64_t)(uintptr_t)&pidfd,
                               .exit_signal = SIGCHLD};
    if (born_into >= 0) {
        birth.flags |= CLONE_NEWCGROUP | CLONE_INTO_CGROUP;
        birth.cgroup = (uint64_t)born_into;
    }
    start.sync = sync[1];
    start.lifeline = lifeline[0];
    // The kernel's quotas per user are charged to the range, not to the host's root.
    MUST(syscall(SYS_setresuid, -1, RANGE_FIRST, -1));
    const long child = MUST(syscall(SYS_clone3, &birth, sizeof birth));
    if (child == 0) {
        close(lifeline[1]);
        close(sync[0]);
        inside(&start);
    }
    MUST(syscall(SYS_setresuid, -1, 0, -1));
    close(sync[1]);
    map_ids((int)child);
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/ns/user", child);
    const int user_namespace = (int)MUST(open(path, O_RDONLY | O_CLOEXEC));
    assemble(lower, user_namespace, start.lean);
    put_at(sync[0], "r");
    expect(sync[0], 'R');
    put_at(sync[0], "g");

    struct pollfd ended = {pidfd, POLLIN, 0};
    MUST(poll(&ended, 1, -1));
    siginfo_t status;
    MUST(waitid(P_PIDFD, (id_t)pidfd, &status, WEXITED));
    if (!lean)
        remove_groups(group, born_into >= 0);
    return status.si_code == CLD_EXITED ? status.si_status : 128 + status.si_status;
}
