// SPDX-License-Identifier: MIT
// openat2(2) with RESOLVE_IN_ROOT: "..", absolute links and links that climb end at the root; magic
// links of proc are refused.
#include "core/child/path.hpp"

#include "core/child/program.hpp"
#include "core/child/raw.hpp"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/openat2.h>

namespace microbox::child {

namespace {

constexpr int path_max = 4096;
constexpr int directory_mode = 0755;

int resolve(int directory, const char* path, unsigned long flags, bool no_links, int mode = 0) {
    open_how how{};
    how.flags = flags | O_CLOEXEC;
    how.mode = static_cast<std::uint64_t>(mode);
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    if (no_links)
        how.resolve |= RESOLVE_NO_SYMLINKS;
    // openat2(2): EAGAIN when a rename anywhere raced with a resolution that saw "..".
    for (int tries = 0; tries < 128; ++tries) {
        const long fd = raw(__NR_openat2, directory, at(path), at(&how), sizeof how);
        if (fd != -EAGAIN)
            return static_cast<int>(fd);
    }
    return -EAGAIN;
}

/// Makes what is missing of a directory path, one component after the other.
int make_directories(int root, const char* path, std::size_t length, bool no_links) {
    char prefix[path_max];
    if (length >= sizeof prefix)
        return -ENAMETOOLONG;
    std::size_t done = 0;
    int current = resolve(root, "/", O_PATH | O_DIRECTORY, no_links);
    while (current >= 0 && done < length) {
        while (done < length && path[done] == '/')
            prefix[done] = path[done], ++done;
        const std::size_t start = done;
        while (done < length && path[done] != '/')
            prefix[done] = path[done], ++done;
        if (start == done)
            break;
        prefix[done] = 0;
        // The whole prefix is resolved again below the root: a link on the way stays inside.
        int next = resolve(root, prefix, O_PATH | O_DIRECTORY, no_links);
        if (next == -ENOENT) {
            const long made = raw(__NR_mkdirat, current, at(prefix + start), directory_mode);
            if (made < 0 && made != -EEXIST) {
                close_fd(current);
                return static_cast<int>(made);
            }
            next = resolve(root, prefix, O_PATH | O_DIRECTORY, no_links);
        }
        close_fd(current);
        current = next;
    }
    return current;
}

} // namespace

int open_in_root(int root, const char* path, bool no_links) {
    return resolve(root, path, O_PATH, no_links);
}

int open_parent(int root, const char* path, bool make, bool no_links, Place& place) {
    std::size_t end = length_of(path);
    while (end > 0 && path[end - 1] != '/')
        --end;
    place.name = path + end;
    char parent[path_max];
    if (end >= sizeof parent)
        return -ENAMETOOLONG;
    for (std::size_t i = 0; i < end; ++i)
        parent[i] = path[i];
    parent[end] = 0;
    int fd = resolve(root, end == 0 ? "/" : parent, O_PATH | O_DIRECTORY, no_links);
    if (fd == -ENOENT && make)
        fd = make_directories(root, parent, end, no_links);
    if (fd < 0)
        return fd;
    place.parent = fd;
    return 0;
}

int open_target(int root, const char* path, std::uint32_t flags) {
    const bool no_links = (flags & flag_no_links) != 0;
    int fd = open_in_root(root, path, no_links);
    if (fd != -ENOENT || (flags & (flag_make_directory | flag_make_file)) == 0)
        return fd;
    Place place;
    const int opened = open_parent(root, path, true, no_links, place);
    if (opened < 0)
        return opened;
    if ((flags & flag_make_directory) != 0) {
        fd = static_cast<int>(raw(__NR_mkdirat, place.parent, at(place.name), directory_mode));
    } else {
        fd = static_cast<int>(raw(__NR_openat,
                                  place.parent,
                                  at(place.name),
                                  O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC,
                                  0644));
        close_fd(fd);
    }
    close_fd(place.parent);
    if (fd < 0 && fd != -EEXIST)
        return fd;
    return open_in_root(root, path, no_links);
}

} // namespace microbox::child
