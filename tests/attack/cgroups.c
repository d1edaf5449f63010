// SPDX-License-Identifier: MIT
// Control groups: mounted, found mounted, and their limits changed. Nothing is written.
#define _GNU_SOURCE
#include "attack.h"
#include "tables.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

/// Hierarchies that the host has: the kernel makes no new one for it.
static long mount_any(const char* on) {
    static const char* const controllers[] = {"memory", "pids", "cpu", "devices", "freezer"};
    long result = -1;
    for (size_t i = 0; result < 0 && i < sizeof controllers / sizeof *controllers; ++i)
        result = mount("none", on, "cgroup", 0, controllers[i]);
    if (result == 0)
        umount2(on, MNT_DETACH);
    return result;
}

static struct verdict mount_groups(const struct attack* attack) {
    char scratch[96];
    if (!make_scratch(scratch, sizeof scratch))
        return untestable("nowhere to write: %s", name_of_errno());
    if (attack->number) {
        if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWCGROUP) < 0) {
            rmdir(scratch);
            return held("unshare: %s", name_of_errno());
        }
    } else {
        take_own_mounts();
    }
    long result = 0;
    if (!strcmp(attack->path, "cgroup"))
        result = mount_any(scratch);
    else if ((result = mount("none", scratch, attack->path, 0, NULL)) == 0)
        umount2(scratch, MNT_DETACH);
    const int kept = errno;
    rmdir(scratch);
    errno = kept;
    return unless_it_worked(result);
}

static struct verdict verdict;

static int is_visible(const struct mount_line* line, void* context) {
    (void)context;
    if (strcmp(line->type, "cgroup") && strcmp(line->type, "cgroup2"))
        return 0;
    verdict = escape("%.100s", line->point);
    return 1;
}

/// A file of each group directory on the way to our own can be opened for writing.
static int is_writable(const struct mount_line* line, void* context) {
    const char* const name = context;
    if (strcmp(line->type, "cgroup") && strcmp(line->type, "cgroup2"))
        return 0;
    char path[512];
    snprintf(path, sizeof path, "%s/%s", line->point, name);
    if (open(path, O_WRONLY | O_CLOEXEC) < 0)
        return 0;
    verdict = escape("%.150s", path);
    return 1;
}

static struct verdict find_groups(const struct attack* attack) {
    verdict = held("none");
    find_mount(attack->path ? is_writable : is_visible, (void*)attack->path);
    return verdict;
}

const struct attack cgroup_attacks[] = {
    {"T49a", "mount a hierarchy of cgroup v1", mount_groups, "cgroup", 0, {0}},
    {"T49b", "the same in a user namespace of its own", mount_groups, "cgroup", 1, {0}},
    {"T49c", "open a release_agent for writing", find_groups, "release_agent", 0, {0}},
    {"T50a", "see a mounted control group", find_groups, NULL, 0, {0}},
    {"T50b", "move processes between control groups", find_groups, "cgroup.procs", 0, {0}},
    {"T50c", "mount cgroup v2", mount_groups, "cgroup2", 0, {0}},
    {NULL, NULL, NULL, NULL, 0, {0}},
};
