// SPDX-License-Identifier: MIT
// The mount tree: what is mounted anew, taken away, made writable, and what its flags are.
#define _GNU_SOURCE
#include "attack.h"
#include "tables.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif

/// A file system of this type, which anybody may see the beginning of, on a directory of our own.
static struct verdict mount_type(const struct attack* attack) {
    char scratch[96];
    take_own_mounts();
    if (!make_scratch(scratch, sizeof scratch))
        return untestable("nowhere to write: %s", name_of_errno());
    const char* data =
        strcmp(attack->path, "overlay") ? NULL : "lowerdir=/tmp:/run"; // two that exist anywhere
    const int result = mount("none", scratch, attack->path, 0, data);
    const int kept = errno;
    if (result == 0)
        umount2(scratch, MNT_DETACH);
    rmdir(scratch);
    errno = kept;
    return unless_it_worked(result);
}

static struct verdict bind_root(const struct attack* attack) {
    char scratch[96];
    take_own_mounts();
    if (!make_scratch(scratch, sizeof scratch))
        return untestable("nowhere to write: %s", name_of_errno());
    const int result = mount(attack->path, scratch, NULL, (unsigned long)attack->number, NULL);
    const int kept = errno;
    if (result == 0)
        umount2(scratch, MNT_DETACH);
    rmdir(scratch);
    errno = kept;
    return unless_it_worked(result);
}

/// A detached copy of the tree, as the new calls make it: no path is needed to reach below masks.
static struct verdict copy_tree(const struct attack* attack) {
    return unless_it_worked(syscall(
        SYS_open_tree, AT_FDCWD, attack->path, OPEN_TREE_CLONE | AT_RECURSIVE | OPEN_TREE_CLOEXEC));
}

static struct verdict new_file_system(const struct attack* attack) {
    const long context = syscall(SYS_fsopen, attack->path, FSOPEN_CLOEXEC);
    if (context < 0)
        return held("%s", name_of_errno());
    if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
        return held("fsconfig: %s", name_of_errno());
    return unless_it_worked(syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0));
}

static struct verdict unmount(const struct attack* attack) {
    take_own_mounts();
    return unless_it_worked(umount2(attack->path, MNT_DETACH));
}

struct found {
    struct verdict verdict;
    const struct attack* attack;
    char point[256];
};

static int is_mask(const struct mount_line* line, void* context) {
    struct found* found = context;
    // Host's own mounts below /proc, as binfmt_misc, are none.
    if (strncmp(line->point, "/proc/", 6) || !strncmp(line->point, "/proc/sys/", 10))
        return 0;
    snprintf(found->point, sizeof found->point, "%s", line->point);
    return 1;
}

static int is_read_only(const struct mount_line* line, void* context) {
    struct found* found = context;
    // As one that nobody needs: /proc/sys and the like before the program's own.
    if (!has_option(line->options, "ro") || has_option(line->super, "ro"))
        return 0;
    snprintf(found->point, sizeof found->point, "%s", line->point);
    return 1;
}

static struct verdict unmask(const struct attack* attack) {
    struct found found = {held("there is none"), attack, ""};
    take_own_mounts();
    if (!find_mount(is_mask, &found))
        return found.verdict;
    return unless_it_worked(attack->number ? mount("/proc/self", found.point, NULL, MS_BIND, NULL)
                                           : umount2(found.point, MNT_DETACH));
}

static struct verdict make_writable(const struct attack* attack) {
    struct found found = {held("no mount is read-only"), attack, ""};
    take_own_mounts();
    if (!find_mount(is_read_only, &found))
        return found.verdict;
    if (!attack->number)
        return unless_it_worked(mount(NULL, found.point, NULL, MS_REMOUNT | MS_BIND, NULL));
    const struct mount_attr writable = {.attr_clr = MOUNT_ATTR_RDONLY};
    return unless_it_worked(
        syscall(SYS_mount_setattr, AT_FDCWD, found.point, 0, &writable, sizeof writable));
}

static struct verdict move_away(const struct attack* attack) {
    char scratch[96];
    take_own_mounts();
    if (!make_scratch(scratch, sizeof scratch))
        return untestable("nowhere to write: %s", name_of_errno());
    const int result = mount(attack->path, scratch, NULL, MS_MOVE, NULL);
    const int kept = errno;
    if (result == 0)
        mount(scratch, attack->path, NULL, MS_MOVE, NULL);
    rmdir(scratch);
    errno = kept;
    return unless_it_worked(result);
}

/// In a copy of the mount tree, if that can be had, pivot into itself.
static struct verdict pivot(const struct attack* attack) {
    char scratch[96];
    (void)attack;
    take_own_mounts();
    if (!make_scratch(scratch, sizeof scratch))
        return untestable("nowhere to write: %s", name_of_errno());
    int result = mount("/", scratch, NULL, MS_BIND | MS_REC, NULL);
    const int mounted = result == 0;
    if (mounted)
        result = chdir(scratch) < 0 ? -1 : (int)syscall(SYS_pivot_root, ".", ".");
    const int kept = errno;
    if (mounted)
        umount2(result == 0 ? "." : scratch, MNT_DETACH);
    rmdir(scratch);
    errno = kept;
    return unless_it_worked(result);
}

static int begins(const char* text, const char* with) {
    return !strncmp(text, with, strlen(with));
}

static int propagates(const struct mount_line* line, void* context) {
    struct found* found = context;
    if (!begins(line->optional, "shared:") && !begins(line->optional, "master:"))
        return 0;
    found->verdict = escape("%.100s is %.40s", line->point, line->optional);
    return 1;
}

/// The caller's own root may be inside of another sandbox, whose mounts are not shown.
static int honours_setuid(const struct mount_line* line, void* context) {
    struct found* found = context;
    if (has_option(line->options, "nosuid"))
        return 0;
    found->verdict = escape("%.100s without nosuid", line->point);
    return 1;
}

/// Nodes work in /dev, which cannot be written, and in a devpts, which makes its own; a mask of
/// /proc is a node.
static int honours_devices(const struct mount_line* line, void* context) {
    struct found* found = context;
    if (has_option(line->options, "nodev") || !strcmp(line->type, "devpts") ||
        has_option(line->options, "ro") || begins(line->point, "/dev/"))
        return 0;
    found->verdict = escape("%.100s without nodev", line->point);
    return 1;
}

static int (*const flags_of_mounts[])(const struct mount_line* line, void* context) = {
    propagates, honours_setuid, honours_devices};

static struct verdict look_at_mounts(const struct attack* attack) {
    struct found found = {held("none"), attack, ""};
    char text[16];
    if (read_text("/proc/self/mountinfo", text, sizeof text) <= 0)
        return untestable("no /proc/self/mountinfo");
    find_mount(flags_of_mounts[attack->number], &found);
    return found.verdict;
}

const struct attack mount_attacks[] = {
    {"T28a", "find a mount that honours setuid files", look_at_mounts, NULL, 1, {0}},
    {"T28b", "find a writable mount that honours device nodes", look_at_mounts, NULL, 2, {0}},
    {"T35a", "mount a tmpfs", mount_type, "tmpfs", 0, {0}},
    {"T35b", "mount a procfs", mount_type, "proc", 0, {0}},
    {"T35c", "mount a sysfs", mount_type, "sysfs", 0, {0}},
    {"T35d", "mount a devpts", mount_type, "devpts", 0, {0}},
    {"T35e", "mount an mqueue", mount_type, "mqueue", 0, {0}},
    {"T35f", "mount an overlay", mount_type, "overlay", 0, {0}},
    {"T35g", "mount a debugfs", mount_type, "debugfs", 0, {0}},
    {"T35h", "bind the root elsewhere", bind_root, "/", MS_BIND, {0}},
    {"T35i", "bind the root elsewhere with all below", bind_root, "/", MS_BIND | MS_REC, {0}},
    {"T35j", "bind /proc elsewhere without its masks", bind_root, "/proc", MS_BIND, {0}},
    {"T36a", "copy the tree with open_tree", copy_tree, "/", 0, {0}},
    {"T36b", "copy /proc with open_tree", copy_tree, "/proc", 0, {0}},
    {"T36c", "make a tmpfs with fsopen, fsconfig, fsmount", new_file_system, "tmpfs", 0, {0}},
    {"T36d", "make a procfs with fsopen, fsconfig, fsmount", new_file_system, "proc", 0, {0}},
    {"T37a", "unmount /proc", unmount, "/proc", 0, {0}},
    {"T37b", "unmount a mask of /proc", unmask, NULL, 0, {0}},
    {"T37c", "mount over a mask of /proc", unmask, NULL, 1, {0}},
    {"T37d", "remount a read-only mount writable", make_writable, NULL, 0, {0}},
    {"T37e", "the same with mount_setattr", make_writable, NULL, 1, {0}},
    {"T37f", "move /proc away", move_away, "/proc", 0, {0}},
    {"T41a", "find a mount that is shared with another tree", look_at_mounts, NULL, 0, {0}},
    {"T43a", "pivot_root into a copy of the root", pivot, NULL, 0, {0}},
    {"T44a", "mount the host's devices (devtmpfs)", mount_type, "devtmpfs", 0, {0}},
    {NULL, NULL, NULL, NULL, 0, {0}},
};
