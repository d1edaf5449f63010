// SPDX-License-Identifier: MIT
// Every file is a new inode: what a root file system has put in its place, a link above all, is
// taken away and never followed.
#include "core/child/files.hpp"

#include "core/child/mounts.hpp"
#include "core/child/path.hpp"
#include "core/child/raw.hpp"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>

namespace microbox::child {

namespace {

/// Takes away what stands in a file's place. A directory there stays, and is the caller's EISDIR.
int clear_place(const Place& place) {
    const long gone = raw(__NR_unlinkat, place.parent, at(place.name), 0);
    return gone == -ENOENT ? 0 : static_cast<int>(gone);
}

int write_new(
    int directory, const char* name, const char* content, std::uint32_t length, long mode) {
    const int fd = static_cast<int>(raw(__NR_openat,
                                        directory,
                                        at(name),
                                        O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC,
                                        mode));
    if (fd < 0)
        return fd;
    const int written = length == 0 ? 0 : write_once(fd, content, length);
    close_fd(fd);
    return written;
}

/// Opens a file of proc for writing, by a descriptor of the instance that we have mounted
/// ourselves, and never across a mount that has been laid over it (CVE-2025-52881).
int open_proc(int proc, const char* first, const char* second) {
    char path[512];
    std::size_t n = 0;
    for (; *first != 0 && n < sizeof path - 1; ++first)
        path[n++] = *first;
    for (; *second != 0 && n < sizeof path - 1; ++second)
        path[n++] = *second;
    path[n] = 0;
    open_how how{};
    how.flags = O_WRONLY | O_CLOEXEC;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS;
    return static_cast<int>(raw(__NR_openat2, proc, at(path), at(&how), sizeof how));
}

int write_proc(
    int proc, const char* first, const char* second, const char* value, std::uint32_t n) {
    const int fd = open_proc(proc, first, second);
    if (fd < 0)
        return fd;
    const int written = write_once(fd, value, n);
    close_fd(fd);
    return written;
}

/// A link of the host's tree into /run (systemd-resolved's resolv.conf) dangles, because the
/// sandbox has a /run of its own: the file is made there. Elsewhere nothing of the host's is made
/// or changed.
int fill_dangling_link(Registers& r, const char* path, const char* content, std::uint32_t length) {
    Place place;
    const int opened = open_parent(r.root, path, false, false, place);
    if (opened < 0)
        return opened == -ENOENT ? 0 : opened;
    char target[256];
    const long got =
        raw(__NR_readlinkat, place.parent, at(place.name), at(target), sizeof target - 1);
    close_fd(place.parent);
    if (got <= 0)
        return 0;
    target[got] = 0;
    const char* inside = target;
    while (inside[0] == '.' && inside[1] == '.' && inside[2] == '/')
        inside += 3;
    if (inside[0] == '/')
        ++inside;
    if (inside[0] != 'r' || inside[1] != 'u' || inside[2] != 'n' || inside[3] != '/')
        return 0;
    return make_file(r, inside, content, length, 0644);
}

} // namespace

int write_once(int fd, const char* content, std::uint32_t length) {
    const long written = raw(__NR_write, fd, at(content), length);
    if (written < 0)
        return static_cast<int>(written);
    return static_cast<std::uint32_t>(written) == length ? 0 : -ENOSPC;
}

int make_directory(Registers& r, const char* path, std::uint64_t mode) {
    Place place;
    const int opened = open_parent(r.root, path, true, false, place);
    if (opened < 0)
        return opened;
    long made = raw(__NR_mkdirat, place.parent, at(place.name), static_cast<long>(mode));
    if (made == -EEXIST) {
        const int there = open_in_root(r.root, path, false);
        close_fd(there);
        made = there < 0 ? there : 0;
    }
    close_fd(place.parent);
    return static_cast<int>(made);
}

int make_link(Registers& r, const char* path, const char* target) {
    Place place;
    const int opened = open_parent(r.root, path, true, false, place);
    if (opened < 0)
        return opened;
    long made = clear_place(place);
    if (made == 0)
        made = raw(__NR_symlinkat, at(target), place.parent, at(place.name));
    close_fd(place.parent);
    return static_cast<int>(made);
}

int make_file(
    Registers& r, const char* path, const char* content, std::uint32_t length, std::uint64_t mode) {
    Place place;
    const int opened = open_parent(r.root, path, true, false, place);
    if (opened < 0)
        return opened;
    int made = clear_place(place);
    if (made == 0)
        made = write_new(place.parent, place.name, content, length, static_cast<long>(mode));
    close_fd(place.parent);
    return made;
}

int cover_file(
    Registers& r, const char* path, const char* content, std::uint32_t length, std::uint32_t id) {
    int target = open_in_root(r.root, path, false);
    if (target == -ENOENT)
        return fill_dangling_link(r, path, content, length);
    if (target < 0)
        return target;
    char name[16] = "cover-";
    name[6] = static_cast<char>('a' + id % 26);
    name[7] = static_cast<char>('a' + id / 26 % 26);
    int made = write_new(r.store, name, content, length, 0644);
    if (made == 0)
        made = tree_from_store(r, name, 0);
    if (made == 0) {
        Operation safe{};
        safe.a = 7; // MOUNT_ATTR_RDONLY | NOSUID | NODEV
        safe.fd = -1;
        made = set_attributes(r, safe);
    }
    if (made == 0)
        made = static_cast<int>(raw(__NR_move_mount, r.tree, at(""), target, at(""), 0x4 | 0x40));
    close_fd(target);
    return made;
}

int make_device(Registers& r, const char* path, std::uint64_t mode, std::uint64_t device) {
    Place place;
    const int opened = open_parent(r.root, path, true, true, place);
    if (opened < 0)
        return opened;
    constexpr long character = 0020000;
    const long made = raw(__NR_mknodat,
                          place.parent,
                          at(place.name),
                          character | static_cast<long>(mode),
                          static_cast<long>(device));
    close_fd(place.parent);
    return static_cast<int>(made);
}

int take_proc(Registers& r) {
    struct {
        long type;
        char rest[248];
    } filesystem{};

    const int fd = open_in_root(r.root, "proc", true);
    if (fd < 0)
        return fd;
    long result = raw(__NR_fstatfs, fd, at(&filesystem));
    if (result == 0 && filesystem.type != PROC_SUPER_MAGIC)
        result = -ENODEV;
    if (result < 0) {
        close_fd(fd);
        return static_cast<int>(result);
    }
    close_fd(r.proc);
    r.proc = fd;
    return 0;
}

int write_sysctl(Registers& r, const char* name, const char* value, std::uint32_t length) {
    return write_proc(r.proc, "sys/", name, value, length);
}

int write_self_attribute(Registers& r, const char* name, const char* value, std::uint32_t length) {
    // "thread-self" is a link of proc's own; RESOLVE_NO_MAGICLINKS lets plain links pass.
    return write_proc(r.proc, "thread-self/attr/", name, value, length);
}

} // namespace microbox::child
