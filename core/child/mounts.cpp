// SPDX-License-Identifier: MIT
// Trees are cloned or made detached, given their attributes while nobody can reach them, and only
// then attached: there is no moment at which a mount is visible with the wrong flags.
#include "core/child/mounts.hpp"

#include "core/child/path.hpp"
#include "core/child/raw.hpp"

#include <asm/errno.h>
#include <asm/stat.h>
#include <linux/fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/stat.h>

namespace microbox::child {

namespace {

constexpr long at_empty_path = 0x1000;
constexpr long at_recursive = 0x8000;

int keep(int& held, long result) {
    if (result < 0)
        return static_cast<int>(result);
    close_fd(held);
    held = static_cast<int>(result);
    return 0;
}

int fs_config(Registers& r, unsigned command, const char* key, const char* value, int extra = 0) {
    return static_cast<int>(raw(__NR_fsconfig, r.context, command, at(key), at(value), extra));
}

} // namespace

int clone_tree(Registers& r, int directory, const char* path, bool recursive) {
    long flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | at_empty_path;
    if (recursive)
        flags |= at_recursive;
    const int kept = keep(r.tree, raw(__NR_open_tree, directory, at(path), flags));
    if (kept < 0)
        return kept;
    // A copy of a mount that the host shares hears of what is mounted below that later, and shows
    // it: writable, with its setuid files and its devices, whatever flags the copy has.
    mount_attr deaf{};
    deaf.propagation = MS_PRIVATE;
    return set_tree(r.tree, deaf, recursive);
}

int set_tree(int fd, const mount_attr& attr, bool recursive) {
    return static_cast<int>(raw(__NR_mount_setattr,
                                fd,
                                at(""),
                                at_empty_path | (recursive ? at_recursive : 0),
                                at(&attr),
                                sizeof attr));
}

int file_type(int fd, std::uint32_t& type, std::uint64_t& device) {
    struct statx stat {};

    const long got = raw(__NR_statx, fd, at(""), at_empty_path, STATX_TYPE, at(&stat));
    type = stat.stx_mode & 0170000U;
    device = (std::uint64_t{stat.stx_rdev_major} << 32U) | stat.stx_rdev_minor;
    return static_cast<int>(got);
}

int move_tree(int tree, int directory, const char* path) {
    long flags = MOVE_MOUNT_F_EMPTY_PATH;
    if (path[0] == 0)
        flags |= MOVE_MOUNT_T_EMPTY_PATH;
    return static_cast<int>(raw(__NR_move_mount, tree, at(""), directory, at(path), flags));
}

int tree_from_path(Registers& r, const char* path, bool recursive) {
    // The path was canonical when it was planned: a link on it now was put there since.
    open_how how{};
    how.flags = O_PATH | O_CLOEXEC;
    how.resolve = RESOLVE_NO_SYMLINKS;
    const int fd = static_cast<int>(raw(__NR_openat2, AT_FDCWD, at(path), at(&how), sizeof how));
    if (fd < 0)
        return fd;
    const int cloned = clone_tree(r, fd, "", recursive);
    close_fd(fd);
    return cloned;
}

int tree_from_device(Registers& r, const char* path, std::uint64_t wanted) {
    const int cloned = tree_from_path(r, path, false);
    std::uint32_t type = 0;
    std::uint64_t device = 0;
    const int failed = cloned < 0 ? cloned : file_type(r.tree, type, device);
    if (failed < 0)
        return failed;
    return type == 0020000 && device == wanted ? 0 : -ENODEV;
}

int tree_from_fd(Registers& r, int fd, bool recursive) {
    return clone_tree(r, fd, "", recursive);
}

int tree_is_fd(Registers& r, int fd) {
    constexpr long dup_cloexec = 1030; // F_DUPFD_CLOEXEC
    return keep(r.tree, raw(__NR_fcntl, fd, dup_cloexec, 3));
}

int tree_from_store(Registers& r, const char* name, std::uint64_t mode) {
    const long made = raw(__NR_mkdirat, r.store, at(name), static_cast<long>(mode));
    if (made < 0 && made != -EEXIST)
        return static_cast<int>(made);
    return clone_tree(r, r.store, name, false);
}

int fs_open(Registers& r, const char* type) {
    return keep(r.context, raw(__NR_fsopen, at(type), FSOPEN_CLOEXEC));
}

int fs_string(Registers& r, const char* key, const char* value) {
    return fs_config(r, FSCONFIG_SET_STRING, key, value);
}

int fs_flag(Registers& r, const char* key) {
    return fs_config(r, FSCONFIG_SET_FLAG, key, nullptr);
}

int fs_create(Registers& r, std::uint64_t attributes) {
    const int created = fs_config(r, FSCONFIG_CMD_CREATE, nullptr, nullptr);
    if (created < 0)
        return created;
    const int kept =
        keep(r.tree, raw(__NR_fsmount, r.context, FSMOUNT_CLOEXEC, static_cast<long>(attributes)));
    close_fd(r.context);
    r.context = -1;
    return kept;
}

int set_attributes(Registers& r, const Operation& operation) {
    mount_attr attr{};
    attr.attr_set = operation.a;
    attr.attr_clr = operation.b;
    const bool recursive = (operation.flags & flag_recursive) != 0;
    const int owner = (operation.flags & flag_keep_ids) != 0 ? r.user_namespace : operation.fd;
    if (owner >= 0) {
        attr.attr_set |= MOUNT_ATTR_IDMAP;
        attr.userns_fd = static_cast<std::uint64_t>(owner);
        const int set = set_tree(r.tree, attr, recursive);
        // EINVAL: a file system that cannot be id-mapped (overlay, FUSE; tmpfs before 6.3), or one
        // in the tree of a recursive bind. EPERM: one that has a user namespace of its own.
        if ((set != -EINVAL && set != -EPERM) || (operation.flags & flag_may_fail_idmap) == 0)
            return set;
        r.plain_ids = true;
        attr.attr_set &= ~static_cast<std::uint64_t>(MOUNT_ATTR_IDMAP);
        attr.userns_fd = 0;
    }
    return set_tree(r.tree, attr, recursive);
}

int uncover(Registers& r, const char* path) {
    // A tree that was cloned whole has the host's own mounts where ours go: below ours they could
    // come to light again. umount2(2) takes a path, and the magic link of a descriptor is one.
    constexpr long detach = 2; // MNT_DETACH
    for (int stacked = 0; stacked < 64; ++stacked) {
        const int fd = open_in_root(r.root, path, true);
        if (fd == -ENOENT || fd == -ENOTDIR || fd == -ELOOP)
            return 0;
        if (fd < 0)
            return fd;
        char name[32];
        fd_path(name, fd);
        const long gone = raw(__NR_umount2, at(name), detach);
        close_fd(fd);
        if (gone == -EINVAL)
            return 0; // no mount of its own any more
        if (gone < 0)
            return static_cast<int>(gone);
    }
    return -ELOOP;
}

int attach(Registers& r, const char* target, std::uint32_t flags) {
    const int fd = open_target(r.root, target, flags);
    if (fd == -ENOENT && (flags & flag_optional) != 0)
        return 0;
    if (fd < 0)
        return fd;
    const int moved = move_tree(r.tree, fd, "");
    close_fd(fd);
    return moved;
}

int set_store(Registers& r, const char* path) {
    const int moved = move_tree(r.tree, AT_FDCWD, path);
    if (moved < 0)
        return moved;
    close_fd(r.store);
    r.store = r.tree;
    r.tree = -1;
    return 0;
}

int set_root(Registers& r) {
    const long made = raw(__NR_mkdirat, r.store, at("top"), 0755);
    if (made < 0 && made != -EEXIST)
        return static_cast<int>(made);
    const int moved = move_tree(r.tree, r.store, "top");
    if (moved < 0)
        return moved;
    close_fd(r.root);
    r.root = r.tree;
    r.tree = -1;
    return 0;
}

int root_attributes(Registers& r, const char* path, const Operation& operation) {
    const int fd = open_in_root(r.root, path, false);
    if (fd < 0)
        return fd;
    mount_attr attr{};
    attr.attr_set = operation.a;
    attr.attr_clr = operation.b;
    const int set = set_tree(fd, attr, (operation.flags & flag_recursive) != 0);
    close_fd(fd);
    return set;
}

int enter_root(Registers& r, const char* staging) {
    const long store = raw(__NR_openat, AT_FDCWD, at(staging), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (store < 0)
        return static_cast<int>(store);
    close_fd(r.store);
    r.store = static_cast<int>(store);
    // Mounts that came with the copy of a more privileged namespace are locked, and a locked mount
    // cannot be pivoted to; the top of a clone of the tree is not locked, what lies in it stays so.
    int failed = clone_tree(r, r.store, "top", true);
    if (failed == 0)
        failed = move_tree(r.tree, r.store, "top");
    if (failed < 0)
        return failed;
    close_fd(r.root);
    r.root = r.tree;
    r.tree = -1;
    return 0;
}

int pivot(Registers& r) {
    // pivot_root(2): with new root and old root on one directory, the old one lies over the new one
    // and is taken away; no directory of the new root is needed.
    long failed = raw(__NR_fchdir, r.root);
    if (failed == 0)
        failed = raw(__NR_pivot_root, at("."), at("."));
    constexpr long detach = 2; // MNT_DETACH
    if (failed == 0)
        failed = raw(__NR_umount2, at("."), detach);
    if (failed == 0)
        failed = raw(__NR_chdir, at("/"));
    return static_cast<int>(failed);
}

} // namespace microbox::child
