// SPDX-License-Identifier: MIT
// Files as the command would find them.
#include "core/prober/answer.hpp"

#include <asm/errno.h>
#include <asm/stat.h>
#include <asm/statfs.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

namespace microbox::prober {

namespace {

// <sys/statvfs.h>, which is libc's: what statfs(2) says in f_flags.
constexpr struct {
    long flag;
    const char* word;
} mount_flags[] = {{1, "ro"}, {2, "nosuid"}, {4, "nodev"}, {8, "noexec"}};

constexpr long path_only = 010000000; // O_PATH

// <sys/stat.h>: the kinds of files in a mode.
constexpr unsigned kinds = 0170000;
constexpr unsigned folder_kind = 0040000;
constexpr unsigned file_kind = 0100000;
constexpr unsigned link_kind = 0120000;
constexpr unsigned device_kind = 0020000;

long open(const char* path, long how, long mode = 0) {
    return raw(__NR_openat, AT_FDCWD, at(path), how | O_CLOEXEC, mode);
}

long look_at(const char* path, struct statx& seen) {
    return raw(__NR_statx, AT_FDCWD, at(path), AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, at(&seen));
}

/// Whether a directory has anything in it.
void list(long fd, Answer& answer) {
    alignas(8) char room[1024];
    for (;;) {
        const long got = raw(__NR_getdents64, fd, at(room), sizeof room);
        if (got < 0)
            return answer.error(got);
        if (got == 0)
            return answer.text("empty");
        for (long i = 0; i < got;) {
            const char* entry = room + i;
            const auto length = *reinterpret_cast<const std::uint16_t*>(entry + 16);
            const char* name = entry + 19; // linux_dirent64
            if (!same(name, ".") && !same(name, ".."))
                return answer.text("content");
            i += length;
        }
    }
}

} // namespace

void flags(const Words& words, Answer& answer) {
    struct statfs seen {};

    const long failed = raw(__NR_statfs, at(words.word[0]), at(&seen));
    if (failed < 0)
        return answer.error(failed);
    const char* between = "";
    for (const auto& one : mount_flags) {
        if ((seen.f_flags & one.flag) == 0)
            continue;
        answer.text(between);
        answer.text(one.word);
        between = " ";
    }
    if (*between == 0)
        answer.text("none");
}

void room(const Words& words, Answer& answer) {
    struct statfs seen {};

    const long failed = raw(__NR_statfs, at(words.word[0]), at(&seen));
    if (failed < 0)
        return answer.error(failed);
    answer.number(static_cast<std::uint64_t>(seen.f_blocks) *
                  static_cast<std::uint64_t>(seen.f_bsize));
    answer.text(" ");
    answer.number(static_cast<std::uint64_t>(seen.f_files));
}

void read(const Words& words, Answer& answer) {
    const long fd = open(words.word[0], O_RDONLY | O_NONBLOCK);
    if (fd < 0)
        return answer.error(fd);
    char byte = 0;
    const long got = raw(__NR_read, fd, at(&byte), 1);
    if (got == -EISDIR)
        list(fd, answer);
    else if (got < 0)
        answer.error(got);
    else
        answer.text(got == 0 ? "empty" : "content");
    raw(__NR_close, fd);
}

void write(const Words& words, Answer& answer) {
    long fd = open(words.word[0], O_WRONLY | O_NONBLOCK);
    if (fd == -EISDIR) {
        const long folder = open(words.word[0], path_only | O_DIRECTORY);
        if (folder < 0)
            return answer.error(folder);
        const char name[] = ".microbox-verify";
        fd = raw(__NR_openat, folder, at(name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd >= 0)
            raw(__NR_unlinkat, folder, at(name), 0);
        raw(__NR_close, folder);
    }
    if (fd < 0)
        return answer.error(fd);
    raw(__NR_close, fd);
    answer.text("written");
}

void look(const Words& words, Answer& answer) {
    struct statx seen {};

    const long failed = look_at(words.word[0], seen);
    if (failed < 0)
        return answer.error(failed);
    switch (seen.stx_mode & kinds) {
    case folder_kind:
        return answer.text("directory");
    case file_kind:
        return answer.text("file");
    case link_kind: {
        char to[1024];
        const long got =
            raw(__NR_readlinkat, AT_FDCWD, at(words.word[0]), at(to), static_cast<long>(sizeof to));
        answer.text("link ");
        return got < 0 ? answer.error(got) : answer.text(to, static_cast<std::size_t>(got));
    }
    case device_kind:
        answer.text("device ");
        answer.number(seen.stx_rdev_major);
        answer.text(":");
        return answer.number(seen.stx_rdev_minor);
    default:
        return answer.text("other");
    }
}

void content(const Words& words, Answer& answer) {
    const long fd = open(words.word[0], O_RDONLY | O_NONBLOCK);
    if (fd < 0)
        return answer.error(fd);
    Hash hash;
    std::uint64_t size = 0;
    static char room[16384];
    long got = 0;
    while ((got = raw(__NR_read, fd, at(room), sizeof room)) > 0) {
        hash.add(room, static_cast<std::size_t>(got));
        size += static_cast<std::uint64_t>(got);
    }
    raw(__NR_close, fd);
    if (got < 0)
        return answer.error(got);
    answer.number(size);
    answer.text(" ");
    answer.hex(hash.value());
}

void line(const Words& words, Answer& answer) {
    char room[512];
    const long got = read_file(words.word[0], room, sizeof room);
    if (got < 0)
        return answer.error(got);
    std::size_t length = 0;
    while (length < static_cast<std::size_t>(got) && room[length] != '\n')
        ++length;
    // The kernel parts numbers with tabs, people with blanks.
    for (std::size_t i = 0; i < length; ++i)
        answer.text(room[i] == '\t' ? " " : room + i, 1);
}

} // namespace microbox::prober
