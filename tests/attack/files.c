// SPDX-License-Identifier: MIT
// Ways to a file of the host, and to what the caller had open.
#define _GNU_SOURCE
#include "attack.h"
#include "tables.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/// The host's file has the secret in it, so another file of the same name is none.
static struct verdict unless_it_is_the_hosts(int fd, const char* way) {
    const char* secret = told("secret");
    char text[256] = "";
    if (fd < 0)
        return held("%s", name_of_errno());
    const ssize_t got = read(fd, text, sizeof text - 1);
    close(fd);
    if (got > 0 && secret && strstr(text, secret))
        return escape("read through %s", way);
    return held("another file");
}

#define HOST_FILE                                                                                  \
    const char* file = told("host-file");                                                          \
    (void)attack;                                                                                  \
    if (!file)                                                                                     \
    return untestable("no host-file= was told")

static struct verdict by_path(const struct attack* attack) {
    HOST_FILE;
    char path[4096];
    snprintf(path, sizeof path, "%s%s", attack->path, file);
    return unless_it_is_the_hosts(open(path, O_RDONLY | O_CLOEXEC), path);
}

static struct verdict by_chroot(const struct attack* attack) {
    HOST_FILE;
    char scratch[96];
    const int root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0 || !make_scratch(scratch, sizeof scratch))
        return untestable("nowhere to write: %s", name_of_errno());
    const int jailed = chroot(scratch);
    const int kept = errno;
    if (jailed == 0 && fchdir(root) == 0)
        for (int i = 0; i < 64; ++i)
            if (chdir("..") < 0)
                break;
    rmdir(scratch + strspn(scratch, "/"));
    if (jailed < 0)
        return held("chroot: %s", strerrorname_np(kept));
    if (chroot(".") < 0)
        return held("%s", name_of_errno());
    return unless_it_is_the_hosts(open(file, O_RDONLY | O_CLOEXEC), "chroot and fchdir");
}

static struct verdict working_directory(const struct attack* attack) {
    (void)attack;
    char path[4096];
    const long length = syscall(SYS_getcwd, path, sizeof path);
    if (length < 0)
        return untestable("getcwd: %s", name_of_errno());
    return path[0] == '/' ? held("%.100s", path) : escape("%.100s", path);
}

struct door {
    const char* form;
    int descriptors; ///< how many of them are tried, as the form's second number
    struct verdict verdict;
};

/// Another process than this one, through a link of its folder in /proc.
static int leads_out(int pid, void* context) {
    struct door* door = context;
    char way[80], path[4096];
    for (int fd = 0; pid != getpid() && fd < door->descriptors; ++fd) {
        snprintf(way, sizeof way, door->form, pid, fd);
        snprintf(path, sizeof path, "%s%s", way, told("host-file"));
        const struct verdict verdict =
            unless_it_is_the_hosts(open(path, O_RDONLY | O_CLOEXEC), way);
        if (verdict.outcome == outcome_escape) {
            door->verdict = verdict;
            return 1;
        }
    }
    return 0;
}

static struct verdict by_process(const struct attack* attack) {
    HOST_FILE;
    struct door door = {attack->path, (int)attack->number, held("no process has it")};
    find_process(leads_out, &door);
    return door.verdict;
}

static int is_open(int fd) {
    return fcntl(fd, F_GETFD) >= 0;
}

/// Descriptors from number on, up to the hard limit or 64 Ki.
static struct verdict inherited(const struct attack* attack) {
    struct rlimit limit = {65536, 65536};
    getrlimit(RLIMIT_NOFILE, &limit);
    const long end = limit.rlim_max > 65536 ? 65536 : (long)limit.rlim_max;
    const long last = attack->arguments[0] < end ? attack->arguments[0] : end;
    for (long fd = attack->number; fd < last; ++fd)
        if (is_open((int)fd)) {
            char link[64], target[100] = "?";
            snprintf(link, sizeof link, "/proc/self/fd/%ld", fd);
            const ssize_t length = readlink(link, target, sizeof target - 1);
            target[length > 0 ? length : 1] = 0;
            return escape("%ld is open: %s", fd, target);
        }
    return held("closed");
}

/// Kernel objects without a name: what a launcher works with.
static struct verdict inherited_object(const struct attack* attack) {
    (void)attack;
    for (int fd = 3; fd < 4096; ++fd) {
        struct stat status;
        // Anonymous inodes have no type (fs/anon_inodes.c); Linux 6.17 gives them that of a file.
        char link[64], target[100] = "";
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        const ssize_t length = readlink(link, target, sizeof target - 1);
        if (fstat(fd, &status) == 0 &&
            (S_ISSOCK(status.st_mode) || S_ISFIFO(status.st_mode) || !(status.st_mode & S_IFMT) ||
             (length > 0 && !strncmp(target, "anon_inode:", 11))))
            return escape("%d is open: %s", fd, target);
    }
    return held("none");
}

static struct verdict by_inherited_directory(const struct attack* attack) {
    HOST_FILE;
    char up[4096];
    snprintf(up, sizeof up, "../../../../../../../..%s", file);
    for (int fd = 0; fd < 4096; ++fd)
        if (is_open(fd)) {
            const struct verdict verdict =
                unless_it_is_the_hosts(openat(fd, up, O_RDONLY | O_CLOEXEC), "a descriptor");
            if (verdict.outcome == outcome_escape)
                return verdict;
        }
    return held("no descriptor leads there");
}

static int input_is_a_file(struct stat* status) {
    return fstat(0, status) == 0 && S_ISREG(status->st_mode);
}

static struct verdict reopen_input(const struct attack* attack) {
    (void)attack;
    struct stat status;
    if (!input_is_a_file(&status))
        return untestable("standard input is no file");
    return unless_it_worked(open("/proc/self/fd/0", O_WRONLY | O_CLOEXEC));
}

static struct verdict change_input(const struct attack* attack) {
    struct stat status;
    if (!input_is_a_file(&status))
        return untestable("standard input is no file");
    return unless_it_worked(attack->number ? fchown(0, status.st_uid, status.st_gid)
                                           : fchmod(0, status.st_mode & 07777));
}

/// A descriptor of the root by its handle, and the host's file below it.
static struct verdict by_handle(const struct attack* attack) {
    HOST_FILE;

    union {
        struct file_handle handle;
        char space[sizeof(struct file_handle) + MAX_HANDLE_SZ];
    } root = {.handle.handle_bytes = MAX_HANDLE_SZ};

    int mount_id = 0;
    const int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (name_to_handle_at(AT_FDCWD, "/", &root.handle, &mount_id, 0) < 0)
        return held("name_to_handle_at: %s", name_of_errno());
    const int found = open_by_handle_at(fd, &root.handle, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return found < 0 ? held("%s", name_of_errno()) : escape("a directory was opened by its handle");
}

const struct attack file_attacks[] = {
    {"T01a", "read a file of the host by its path", by_path, "", 0, {0}},
    {"T01b", "the same through /proc/self/root", by_path, "/proc/self/root", 0, {0}},
    {"T02a", "walk out by chroot, fchdir and ..", by_chroot, NULL, 0, {0}},
    {"T02b", "walk out by .. above the root", by_path, "/../../../../../../../../../..", 0, {0}},
    {"T03a", "read it through the root of another process", by_process, "/proc/%d/root", 1, {0}},
    {"T03b",
     "read it through the working directory of another process",
     by_process,
     "/proc/%d/cwd/../../../../../../../..",
     1,
     {0}},
    {"T03c",
     "read it through a descriptor of another process",
     by_process,
     "/proc/%d/fd/%d/../../../../../../../..",
     64,
     {0}},
    {"T04a", "be in a working directory outside of the root", working_directory, NULL, 0, {0}},
    {"T04b",
     "walk out by .. from the working directory",
     by_path,
     "../../../../../../../../../..",
     0,
     {0}},
    {"T05a", "find a descriptor that the caller had open", inherited, NULL, 3, {1024}},
    {"T05b",
     "walk out from a directory that the caller had open",
     by_inherited_directory,
     NULL,
     0,
     {0}},
    {"T06a", "find a descriptor above 1023", inherited, NULL, 1024, {65536}},
    {"T07a", "find a pipe, socket or other object of the launcher", inherited_object, NULL, 0, {0}},
    {"T08a", "open standard input, a file, anew for writing", reopen_input, NULL, 0, {0}},
    {"T08b", "change the mode of standard input, a file", change_input, NULL, 0, {0}},
    {"T08c", "change the owner of standard input, a file", change_input, NULL, 1, {0}},
    {"T42a", "open a directory by its handle", by_handle, NULL, 0, {0}},
    {NULL, NULL, NULL, NULL, 0, {0}},
};
