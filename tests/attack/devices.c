// SPDX-License-Identifier: MIT
// Device nodes: made, and found in /dev.
#define _GNU_SOURCE
#include "attack.h"
#include "tables.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/// In each place that can be written, because one may honour nodes and the other not.
static struct verdict make_node(const struct attack* attack) {
    char node[112], scratch[96];
    if (!make_scratch(scratch, sizeof scratch))
        return untestable("nowhere to write: %s", name_of_errno());
    snprintf(node, sizeof node, "%s/node", scratch);
    const mode_t type = attack->number ? S_IFBLK : S_IFCHR;
    const int result = mknod(
        node, type | 0600, makedev((unsigned)attack->arguments[0], (unsigned)attack->arguments[1]));
    const int kept = errno;
    unlink(node);
    rmdir(scratch);
    errno = kept;
    return unless_it_worked(result);
}

static struct verdict make_in_dev(const struct attack* attack) {
    const int result =
        mknod(attack->path,
              S_IFCHR | 0600,
              makedev((unsigned)attack->arguments[0], (unsigned)attack->arguments[1]));
    if (result == 0)
        unlink(attack->path);
    return unless_it_worked(result);
}

/// The kernel asks for the rights first: without a driver behind it the node was open to us too.
static struct verdict open_node(const struct attack* attack) {
    const int fd = open(attack->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && errno != ENXIO && errno != ENODEV && errno != EBUSY)
        return held("%s", name_of_errno());
    struct stat status;
    if (fd >= 0 && fstat(fd, &status) == 0 && !S_ISCHR(status.st_mode))
        return held("no node");
    return escape("opened: %s", fd < 0 ? name_of_errno() : "ok");
}

static char odd_node[128];

/// null zero full random urandom, tty ptmx console, and terminals of the sandbox's own.
static int is_usual(const char* path, const struct stat* status) {
    static const unsigned usual[][2] = {
        {1, 3}, {1, 5}, {1, 7}, {1, 8}, {1, 9}, {5, 0}, {5, 1}, {5, 2}};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; ++i)
        if (S_ISCHR(status->st_mode) && major(status->st_rdev) == usual[i][0] &&
            minor(status->st_rdev) == usual[i][1])
            return 1;
    return !strncmp(path, "/dev/pts/", 9) || !strcmp(path, "/dev/console");
}

static int see(const char* path, const struct stat* status, int kind, struct FTW* where) {
    (void)where;
    if (kind != FTW_F || (!S_ISCHR(status->st_mode) && !S_ISBLK(status->st_mode)) ||
        is_usual(path, status))
        return 0;
    snprintf(odd_node, sizeof odd_node, "%s", path);
    return 1;
}

static struct verdict odd_nodes(const struct attack* attack) {
    return nftw(attack->path, see, 16, FTW_PHYS) == 1 ? escape("%s", odd_node) : held("none");
}

const struct attack device_attacks[] = {
    {"T44b", "make a node of the first disk", make_node, NULL, 1, {8, 0}},
    {"T44c", "make a node of a virtual disk", make_node, NULL, 1, {254, 0}},
    {"T44d", "make a node of a loop device", make_node, NULL, 1, {7, 0}},
    {"T44e", "make a node of the memory", make_node, NULL, 0, {1, 1}},
    {"T44f", "make a node of the kernel's log", make_node, NULL, 0, {1, 11}},
    {"T44g", "make a node in /dev", make_in_dev, "/dev/attack", 0, {1, 3}},
    {"T44h", "make a node in /dev/shm", make_in_dev, "/dev/shm/attack", 0, {1, 11}},
    {"T45a", "open /dev/kmsg", open_node, "/dev/kmsg", 0, {0}},
    {"T45b", "open /dev/mem", open_node, "/dev/mem", 0, {0}},
    {"T45c", "open /dev/port", open_node, "/dev/port", 0, {0}},
    {"T45d", "open /dev/loop-control", open_node, "/dev/loop-control", 0, {0}},
    {"T45e", "open /dev/kvm", open_node, "/dev/kvm", 0, {0}},
    {"T45f", "open /dev/vsock", open_node, "/dev/vsock", 0, {0}},
    {"T45g", "open /dev/vhost-net", open_node, "/dev/vhost-net", 0, {0}},
    {"T45h", "open /dev/net/tun", open_node, "/dev/net/tun", 0, {0}},
    {"T45i", "open /dev/fuse", open_node, "/dev/fuse", 0, {0}},
    {"T45j", "open /dev/uinput", open_node, "/dev/uinput", 0, {0}},
    {"T45k", "open /dev/cpu/0/msr", open_node, "/dev/cpu/0/msr", 0, {0}},
    {"T45l", "open /dev/mapper/control", open_node, "/dev/mapper/control", 0, {0}},
    {"T45m", "find a node in /dev beyond the harmless ones", odd_nodes, "/dev", 0, {0}},
    {NULL, NULL, NULL, NULL, 0, {0}},
};
