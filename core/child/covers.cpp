// SPDX-License-Identifier: MIT
// What hides a path, and what makes it read-only: a mount over it.
#include "core/child/covers.hpp"

#include "core/child/mounts.hpp"
#include "core/child/path.hpp"
#include "core/child/raw.hpp"

#include <asm/errno.h>
#include <linux/mount.h>

namespace microbox::child {

namespace {

/// Something to lay over a directory: one of the storage's for all, or, when the storage is out of
/// reach behind the pivot, a tmpfs that holds nothing.
int empty_directory(Registers& r) {
    if (r.store >= 0)
        return tree_from_store(r, "empty", 0555);
    int failed = fs_open(r, "tmpfs");
    if (failed == 0)
        failed = fs_string(r, "nr_inodes", "1");
    if (failed == 0)
        failed = fs_create(r, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
    return failed;
}

} // namespace

int mask(Registers& r, const char* path) {
    const int target = open_in_root(r.root, path, true);
    if (target == -ENOENT || target == -ENOTDIR)
        return 0;
    if (target < 0)
        return target;
    std::uint32_t type = 0;
    std::uint64_t device = 0;
    int failed = file_type(target, type, device);
    if (failed == 0 && type == 0040000) {
        failed = empty_directory(r);
    } else if (failed == 0) {
        const int null = open_in_root(r.root, "dev/null", true);
        failed = null < 0 ? null : clone_tree(r, null, "", false);
        close_fd(null);
        // What hides must be the null device itself (CVE-2025-31133).
        if (failed == 0)
            failed = file_type(r.tree, type, device);
        if (failed == 0 && (type != 0020000 || device != ((std::uint64_t{1} << 32U) | 3U)))
            failed = -ENODEV;
    }
    mount_attr attr{};
    attr.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;
    if (failed == 0)
        failed = set_tree(r.tree, attr, false);
    if (failed == 0)
        failed = move_tree(r.tree, target, "");
    close_fd(target);
    return failed;
}

int make_read_only(Registers& r, const char* path) {
    const int target = open_in_root(r.root, path, true);
    if (target == -ENOENT || target == -ENOTDIR)
        return 0;
    if (target < 0)
        return target;
    int failed = clone_tree(r, target, "", true);
    mount_attr attr{};
    attr.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
    if (failed == 0)
        failed = set_tree(r.tree, attr, true);
    if (failed == 0)
        failed = move_tree(r.tree, target, "");
    close_fd(target);
    return failed;
}

} // namespace microbox::child
