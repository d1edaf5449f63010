// SPDX-License-Identifier: MIT
// Loaded into fuse-overlayfs (LD_PRELOAD): two things without which what was removed from DIR comes
// back (hide_node() in main.c of its 1.10).
//
// Its mark of an opaque directory, which a tmpfs before Linux 6.6 cannot keep, is kept in memory,
// by inode. Without the attribute it marks by a file in the directory, deletes that with all others
// when the directory is removed, then finds no mark and makes no whiteout.
//
// What it hides always leaves a whiteout. It makes none for a file that was renamed over one of
// DIR, because that one came from the upper layer; one too many hides nothing.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <set>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

namespace {

/// The name that it tries first, and that nobody but root of the host could set.
constexpr const char* mark = "trusted.overlay.opaque";

using Inode = std::pair<dev_t, ino_t>;

struct Marks {
    std::mutex mutex;
    std::set<Inode> inodes;
};

/// Never destroyed: the process may still work while it leaves.
Marks& marks() {
    static auto* const all = new Marks;
    return *all;
}

Inode inode_of(const struct stat& status) {
    return {status.st_dev, status.st_ino};
}

} // namespace

extern "C" {

__attribute__((visibility("default"))) int
fsetxattr(int fd, const char* name, const void* value, size_t size, int flags) noexcept {
    struct stat status {};

    if (std::strcmp(name, mark) != 0 || ::fstat(fd, &status) < 0)
        return static_cast<int>(::syscall(SYS_fsetxattr, fd, name, value, size, flags));
    const std::lock_guard lock(marks().mutex);
    marks().inodes.insert(inode_of(status));
    return 0;
}

__attribute__((visibility("default"))) ssize_t
lgetxattr(const char* path, const char* name, void* value, size_t size) noexcept {
    struct stat status {};

    if (std::strcmp(name, mark) != 0 || size == 0 || ::lstat(path, &status) < 0)
        return ::syscall(SYS_lgetxattr, path, name, value, size);
    const std::lock_guard lock(marks().mutex);
    if (!marks().inodes.contains(inode_of(status))) {
        errno = ENODATA; // also where a lower directory has the attribute: it is not ours
        return -1;
    }
    *static_cast<char*>(value) = 'y';
    return 1;
}

/// renameat(2) by another name: a parameter of stdio.h's is called as a word of C++. It hides by a
/// move to its work directory, where names are numbers.
__attribute__((visibility("default"))) int
rename_or_hide(int from, const char* old_name, int to, const char* new_name) noexcept
    __asm__("renameat");

int rename_or_hide(int from, const char* old_name, int to, const char* new_name) noexcept {
    const bool hides =
        from != to && new_name[0] != 0 && new_name[std::strspn(new_name, "0123456789")] == 0;
    if (hides && ::syscall(SYS_renameat2, from, old_name, to, new_name, RENAME_WHITEOUT) == 0)
        return 0;
    return static_cast<int>(::syscall(SYS_renameat2, from, old_name, to, new_name, 0));
}

/// A directory that is gone has no mark: they are no more than the tmpfs has directories.
__attribute__((visibility("default"))) int unlinkat(int fd, const char* name, int flag) noexcept {
    struct stat status {};

    const bool removes =
        (flag & AT_REMOVEDIR) != 0 && ::fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    const auto result = static_cast<int>(::syscall(SYS_unlinkat, fd, name, flag));
    if (result == 0 && removes) {
        const std::lock_guard lock(marks().mutex);
        marks().inodes.erase(inode_of(status));
    }
    return result;
}
}
