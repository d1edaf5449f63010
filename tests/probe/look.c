// SPDX-License-Identifier: MIT
// Verbs that look: what this process and its surroundings are.
#define _GNU_SOURCE
#include "probe.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/keyctl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

extern char** environ;

static int ids(int count, char** arguments) {
    (void)count, (void)arguments;
    uid_t user[3];
    gid_t group[3];
    gid_t groups[256];
    getresuid(&user[0], &user[1], &user[2]);
    getresgid(&group[0], &group[1], &group[2]);
    printf("uid %u %u %u\n", user[0], user[1], user[2]);
    printf("gid %u %u %u\n", group[0], group[1], group[2]);
    const int held = getgroups(256, groups);
    printf("groups");
    for (int i = 0; i < held; ++i)
        printf(" %u", groups[i]);
    puts("");
    return 0;
}

/// The lines of a file of /proc that begin with one of the prefixes, as "key value".
static int lines_of(const char* path, const char* const* prefixes) {
    FILE* file = fopen(path, "re");
    if (!file)
        return report(path, -1);
    char line[4096];
    while (fgets(line, sizeof line, file))
        for (const char* const* prefix = prefixes; *prefix; ++prefix)
            if (!strncmp(line, *prefix, strlen(*prefix))) {
                char* value = strchr(line, ':');
                if (!value)
                    continue;
                *value++ = 0;
                printf("%s %s", line, value + strspn(value, " \t"));
            }
    fclose(file);
    return 0;
}

static int caps(int count, char** arguments) {
    (void)count, (void)arguments;
    static const char* const wanted[] = {"Cap", "NoNewPrivs", "Seccomp", NULL};
    return lines_of("/proc/self/status", wanted);
}

static int blocked(int count, char** arguments) {
    (void)count, (void)arguments;
    static const char* const wanted[] = {"SigBlk", "SigIgn", "SigCgt", "SigPnd", NULL};
    return lines_of("/proc/self/status", wanted);
}

static int mounts(int count, char** arguments) {
    (void)count, (void)arguments;
    return print_file("mounts", "/proc/self/mountinfo");
}

static int cgroup(int count, char** arguments) {
    (void)count, (void)arguments;
    return print_file("cgroup", "/proc/self/cgroup");
}

/// "fd 0 O_RDONLY /path": what is open, found without /proc, named with it.
static int fds(int count, char** arguments) {
    (void)count, (void)arguments;
    for (int fd = 0; fd <= 4096; ++fd) {
        const int flags = fcntl(fd, F_GETFL);
        if (flags < 0)
            continue;
        static const char* const ways[] = {"O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"};
        char link[64], target[4096] = "?";
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        const ssize_t length = readlink(link, target, sizeof target - 1);
        if (length > 0)
            target[length] = 0;
        printf("fd %d %s %s\n", fd, ways[flags & O_ACCMODE], target);
    }
    return 0;
}

/// "pid 1 name parent": every process that is visible.
static int pids(int count, char** arguments) {
    (void)count, (void)arguments;
    DIR* proc = opendir("/proc");
    if (!proc)
        return report("pids", -1);
    printf("self %d\n", getpid());
    struct dirent* entry;
    while ((entry = readdir(proc))) {
        if (!isdigit((unsigned char)entry->d_name[0]))
            continue;
        char path[300], line[512] = "";
        snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
        FILE* stat = fopen(path, "re");
        if (stat) {
            if (!fgets(line, sizeof line, stat))
                line[0] = 0;
            fclose(stat);
        }
        char* name = strchr(line, '(');
        char* end = strrchr(line, ')');
        int parent = -1;
        char state = '?';
        if (name && end) {
            *end = 0;
            sscanf(end + 1, " %c %d", &state, &parent);
        }
        printf(
            "pid %s %s parent %d state %c\n", entry->d_name, name ? name + 1 : "?", parent, state);
    }
    closedir(proc);
    return 0;
}

/// "iface lo up": by ioctl, so that it needs no /proc and no /sys.
static int ifaces(int count, char** arguments) {
    (void)count, (void)arguments;
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct if_nameindex* list = if_nameindex();
    if (fd < 0 || !list)
        return report("iface", -1);
    for (struct if_nameindex* one = list; one->if_index; ++one) {
        struct ifreq request = {0};
        snprintf(request.ifr_name, sizeof request.ifr_name, "%s", one->if_name);
        const int known = ioctl(fd, SIOCGIFFLAGS, &request) == 0;
        printf(
            "iface %s %s\n", one->if_name, known && (request.ifr_flags & IFF_UP) ? "up" : "down");
    }
    if_freenameindex(list);
    close(fd);
    return 0;
}

static int hostname(int count, char** arguments) {
    (void)count, (void)arguments;
    char name[256] = "";
    gethostname(name, sizeof name - 1);
    printf("hostname %s\n", name);
    return 0;
}

static int cwd(int count, char** arguments) {
    (void)count, (void)arguments;
    char path[4096];
    if (!getcwd(path, sizeof path))
        return report("cwd", -1);
    printf("cwd %s\n", path);
    return 0;
}

static int print_environment(int count, char** arguments) {
    (void)count, (void)arguments;
    for (char** one = environ; *one; ++one)
        printf("env %s\n", *one);
    return 0;
}

static int args(int count, char** arguments) {
    for (int i = 0; i < count; ++i)
        printf("arg %s\n", arguments[i]);
    return 0;
}

static int rlimit(int count, char** arguments) {
    (void)count;

    static const struct {
        const char* name;
        int resource;
    } known[] = {{"core", RLIMIT_CORE},
                 {"cpu", RLIMIT_CPU},
                 {"data", RLIMIT_DATA},
                 {"fsize", RLIMIT_FSIZE},
                 {"locks", RLIMIT_LOCKS},
                 {"memlock", RLIMIT_MEMLOCK},
                 {"msgqueue", RLIMIT_MSGQUEUE},
                 {"nice", RLIMIT_NICE},
                 {"nofile", RLIMIT_NOFILE},
                 {"nproc", RLIMIT_NPROC},
                 {"rss", RLIMIT_RSS},
                 {"rtprio", RLIMIT_RTPRIO},
                 {"rttime", RLIMIT_RTTIME},
                 {"sigpending", RLIMIT_SIGPENDING},
                 {"stack", RLIMIT_STACK},
                 {"as", RLIMIT_AS}};

    for (size_t i = 0; i < sizeof known / sizeof *known; ++i)
        if (!strcmp(known[i].name, arguments[0])) {
            struct rlimit limit;
            if (getrlimit((__rlimit_resource_t)known[i].resource, &limit) < 0)
                return report("rlimit", -1);
            printf("rlimit %s %lld %lld\n",
                   arguments[0],
                   (long long)limit.rlim_cur,
                   (long long)limit.rlim_max);
            return 0;
        }
    return 2;
}

static int keyring(int count, char** arguments) {
    (void)count, (void)arguments;
    char text[512] = "";
    const long id = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);
    if (id < 0 || syscall(SYS_keyctl, KEYCTL_DESCRIBE, id, text, sizeof text - 1) < 0)
        return report("keyring", -1);
    printf("keyring %ld %s\n", id, text);
    return 0;
}

static int uptime(int count, char** arguments) {
    (void)count, (void)arguments;
    struct timespec boot, monotonic;
    clock_gettime(CLOCK_BOOTTIME, &boot);
    clock_gettime(CLOCK_MONOTONIC, &monotonic);
    printf("boottime %ld\nmonotonic %ld\n", (long)boot.tv_sec, (long)monotonic.tv_sec);
    return 0;
}

static int ns(int count, char** arguments) {
    (void)count, (void)arguments;
    static const char* const names[] = {
        "cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"};
    for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
        char path[64], target[128];
        snprintf(path, sizeof path, "/proc/self/ns/%s", names[i]);
        const ssize_t length = readlink(path, target, sizeof target - 1);
        printf("ns %s %.*s\n", names[i], length < 0 ? 1 : (int)length, length < 0 ? "?" : target);
    }
    return 0;
}

static int session(int count, char** arguments) {
    (void)count, (void)arguments;
    printf("pid %d\nparent %d\ngroup %d\nsession %d\n", getpid(), getppid(), getpgrp(), getsid(0));
    const int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
    printf("tty %s\n", tty < 0 ? errno_name() : "ok");
    return 0;
}

const struct verb look_verbs[] = {
    {"ids", 0, "", ids},
    {"caps", 0, "", caps},
    {"blocked", 0, "", blocked},
    {"mounts", 0, "", mounts},
    {"cgroup", 0, "", cgroup},
    {"fds", 0, "", fds},
    {"pids", 0, "", pids},
    {"ifaces", 0, "", ifaces},
    {"hostname", 0, "", hostname},
    {"cwd", 0, "", cwd},
    {"env", 0, "", print_environment},
    {"args", 0, "[WORD...]", args},
    {"rlimit", 1, "NAME", rlimit},
    {"keyring", 0, "", keyring},
    {"uptime", 0, "", uptime},
    {"ns", 0, "", ns},
    {"session", 0, "", session},
    {NULL, 0, NULL, NULL},
};
