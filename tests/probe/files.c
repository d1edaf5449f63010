// SPDX-License-Identifier: MIT
// Verbs that touch the file tree: each tries one call and prints "VERB ok" or "VERB ENAME".
#define _GNU_SOURCE
#include "probe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static int read_path(int count, char** arguments) {
    (void)count;
    return print_file("read", arguments[0]);
}

static int write_path(int count, char** arguments) {
    (void)count;
    const int fd = open(arguments[0], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return report("write", -1);
    const size_t length = strlen(arguments[1]);
    const ssize_t written = write(fd, arguments[1], length);
    const int kept = errno;
    close(fd);
    errno = kept;
    return report("write", written);
}

/// "stat directory 0755 0 0 4096": type, mode, owner, group, size; "link TARGET" too for a link.
static int stat_path(int count, char** arguments) {
    (void)count;
    struct stat status;
    if (lstat(arguments[0], &status) < 0)
        return report("stat", -1);
    const char* type = S_ISDIR(status.st_mode)    ? "directory"
                       : S_ISREG(status.st_mode)  ? "file"
                       : S_ISLNK(status.st_mode)  ? "link"
                       : S_ISCHR(status.st_mode)  ? "character"
                       : S_ISBLK(status.st_mode)  ? "block"
                       : S_ISFIFO(status.st_mode) ? "fifo"
                                                  : "socket";
    printf("stat %s %04o %u %u %lld\n",
           type,
           status.st_mode & 07777,
           status.st_uid,
           status.st_gid,
           (long long)status.st_size);
    if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))
        printf("device %u %u\n", major(status.st_rdev), minor(status.st_rdev));
    if (S_ISLNK(status.st_mode)) {
        char target[4096];
        const ssize_t length = readlink(arguments[0], target, sizeof target);
        printf("target %.*s\n", length < 0 ? 0 : (int)length, target);
    }
    return 0;
}

static int list(int count, char** arguments) {
    (void)count;
    struct dirent** entries;
    const int found = scandir(arguments[0], &entries, NULL, alphasort);
    if (found < 0)
        return report("list", -1);
    for (int i = 0; i < found; ++i)
        if (strcmp(entries[i]->d_name, ".") && strcmp(entries[i]->d_name, ".."))
            printf("entry %s\n", entries[i]->d_name);
    return 0;
}

static int make_directory(int count, char** arguments) {
    return report("mkdir", mkdir(arguments[0], count > 1 ? (mode_t)number(arguments[1]) : 0755));
}

static int change_owner(int count, char** arguments) {
    (void)count;
    return report("chown",
                  lchown(arguments[0], (uid_t)number(arguments[1]), (gid_t)number(arguments[2])));
}

static int change_mode(int count, char** arguments) {
    (void)count;
    return report("chmod", chmod(arguments[0], (mode_t)strtoul(arguments[1], NULL, 8)));
}

static int make_link(int count, char** arguments) {
    (void)count;
    return report("link", link(arguments[0], arguments[1]));
}

static int make_symlink(int count, char** arguments) {
    (void)count;
    return report("symlink", symlink(arguments[0], arguments[1]));
}

static int rename_path(int count, char** arguments) {
    (void)count;
    return report("rename", rename(arguments[0], arguments[1]));
}

static int unlink_path(int count, char** arguments) {
    (void)count;
    return report("unlink", unlink(arguments[0]));
}

static int remove_directory(int count, char** arguments) {
    (void)count;
    return report("rmdir", rmdir(arguments[0]));
}

static int make_node(int count, char** arguments) {
    (void)count;
    const dev_t device = makedev((unsigned)number(arguments[1]), (unsigned)number(arguments[2]));
    return report("mknod", mknod(arguments[0], S_IFCHR | 0666, device));
}

static int open_path(int count, char** arguments) {
    const int flags = count > 1 && !strcmp(arguments[1], "rw") ? O_RDWR : O_RDONLY;
    return report("open", open(arguments[0], flags | O_CLOEXEC | O_NONBLOCK));
}

static int execute(int count, char** arguments) {
    (void)count;
    fflush(stdout);
    execv(arguments[0], arguments);
    return report("exec", -1);
}

static int mount_type(int count, char** arguments) {
    (void)count;
    return report("mount", mount("none", arguments[1], arguments[0], 0, NULL));
}

static int remount(int count, char** arguments) {
    (void)count;
    return report("remount", mount(NULL, arguments[0], NULL, MS_REMOUNT | MS_BIND, NULL));
}

static int unmount(int count, char** arguments) {
    (void)count;
    return report("umount", umount2(arguments[0], MNT_DETACH));
}

/// "space BYTES INODES": what the file system at PATH has in all.
static int space(int count, char** arguments) {
    (void)count;
    struct statvfs status;
    if (statvfs(arguments[0], &status) < 0)
        return report("space", -1);
    printf("space %llu %llu\n",
           (unsigned long long)status.f_blocks * status.f_frsize,
           (unsigned long long)status.f_files);
    return 0;
}

/// "files 1234 ENOSPC": how many of N empty files could be made, and what stopped it.
static int files(int count, char** arguments) {
    (void)count;
    const long wanted = number(arguments[1]);
    long made = 0;
    for (; made < wanted; ++made) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%ld", arguments[0], made);
        const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        if (fd < 0)
            break;
        close(fd);
    }
    printf("files %ld %s\n", made, made < wanted ? errno_name() : "ok");
    return 0;
}

/// "fill 1048576 ENOSPC": how many of BYTES could be written, and what stopped it.
static int fill(int count, char** arguments) {
    (void)count;
    static char block[1 << 20];
    memset(block, 'x', sizeof block);
    const long wanted = number(arguments[1]);
    const int fd = open(arguments[0], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return report("fill", -1);
    long written = 0;
    while (written < wanted) {
        const long rest = wanted - written;
        const ssize_t done =
            write(fd, block, rest < (long)sizeof block ? (size_t)rest : sizeof block);
        if (done < 0)
            break;
        written += done;
    }
    const int kept = errno;
    close(fd);
    errno = kept;
    printf("fill %ld %s\n", written, written < wanted ? errno_name() : "ok");
    return 0;
}

const struct verb file_verbs[] = {
    {"read", 1, "PATH", read_path},
    {"write", 2, "PATH TEXT", write_path},
    {"stat", 1, "PATH", stat_path},
    {"list", 1, "DIR", list},
    {"open", 1, "PATH [rw]", open_path},
    {"exec", 1, "PATH [ARG...]", execute},
    {"mkdir", 1, "PATH [MODE]", make_directory},
    {"rmdir", 1, "PATH", remove_directory},
    {"chown", 3, "PATH UID GID", change_owner},
    {"chmod", 2, "PATH MODE", change_mode},
    {"link", 2, "FROM TO", make_link},
    {"symlink", 2, "TARGET PATH", make_symlink},
    {"rename", 2, "FROM TO", rename_path},
    {"unlink", 1, "PATH", unlink_path},
    {"mknod", 3, "PATH MAJOR MINOR", make_node},
    {"mount", 2, "TYPE TARGET", mount_type},
    {"remount", 1, "TARGET", remount},
    {"umount", 1, "PATH", unmount},
    {"space", 1, "PATH", space},
    {"files", 2, "DIR COUNT", files},
    {"fill", 2, "PATH BYTES", fill},
    {NULL, 0, NULL, NULL},
};
