// SPDX-License-Identifier: MIT
// Files of /proc and /sys that are the kernel's and the machine's: opened for writing, and read.
// Nothing is ever written.
#define _GNU_SOURCE
#include "attack.h"
#include "tables.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/// Covered with /dev/null or with an empty file.
static int is_covered(int fd) {
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3);
}

static struct verdict open_for_writing(const struct attack* attack) {
    const int fd = open(attack->path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    return fd >= 0 && is_covered(fd) ? held("covered") : unless_it_worked(fd);
}

static struct verdict read_it(const struct attack* attack) {
    char text[64];
    const int fd = open(attack->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return held("%s", name_of_errno());
    if (is_covered(fd))
        return held("covered");
    // Reading the log would take it from those who keep it.
    if (attack->number)
        return escape("opened");
    const ssize_t got = read(fd, text, sizeof text);
    return got < 0    ? held("read: %s", name_of_errno())
           : got == 0 ? held("empty")
                      : escape("%zd bytes", got);
}

/// A line that begins with an address which is not zero.
static struct verdict real_addresses(const struct attack* attack) {
    char line[512];
    FILE* file = fopen(attack->path, "re");
    if (!file)
        return held("%s", name_of_errno());
    unsigned long long largest = 0;
    while (fgets(line, sizeof line, file)) {
        char* end = NULL;
        const unsigned long long first = strtoull(line, &end, 16);
        largest = first > largest ? first : largest;
        if (end && *end == '-') {
            const unsigned long long second = strtoull(end + 1, NULL, 16);
            largest = second > largest ? second : largest;
        }
    }
    fclose(file);
    return largest ? escape("up to %llx", largest) : held("zeroes only");
}

/// The number of the page frame behind a page of ours (rowhammer wants it).
static struct verdict page_frame(const struct attack* attack) {
    static char page[8192];
    page[4096] = 1;
    uint64_t entry = 0;
    const int fd = open(attack->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return held("%s", name_of_errno());
    const off_t at = (off_t)((uintptr_t)&page[4096] / (unsigned long)sysconf(_SC_PAGESIZE) * 8);
    if (pread(fd, &entry, sizeof entry, at) != sizeof entry)
        return held("pread: %s", name_of_errno());
    entry &= (1ULL << 55) - 1;
    return entry ? escape("frame %llx", (unsigned long long)entry) : held("zero");
}

static struct verdict list_it(const struct attack* attack) {
    DIR* directory = opendir(attack->path);
    if (!directory)
        return held("%s", name_of_errno());
    for (struct dirent* entry; (entry = readdir(directory));)
        if (entry->d_name[0] != '.')
            return escape("%.60s", entry->d_name);
    return held("nothing below");
}

static char writable[256];
static int seen;

static int see(const char* path, const struct stat* status, int kind, struct FTW* where) {
    (void)where;
    if (kind != FTW_F || !(status->st_mode & 0222))
        return 0;
    if (++seen > 5000)
        return 2;
    const int fd = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return 0;
    close(fd);
    snprintf(writable, sizeof writable, "%.200s", path);
    return 1;
}

/// Any file at all, in that file system only: what is mounted below has attacks of its own.
static struct verdict anything_writable(const struct attack* attack) {
    return nftw(attack->path, see, 16, FTW_PHYS | FTW_MOUNT) == 1 ? escape("%s", writable)
                                                                  : held("none of %d", seen);
}

#define WRITE(id, path)                                                                            \
    {                                                                                              \
        id, "open " path " for writing", open_for_writing, path, 0, {                              \
            0                                                                                      \
        }                                                                                          \
    }
#define READ(id, path)                                                                             \
    {                                                                                              \
        id, "read " path, read_it, path, 0, {                                                      \
            0                                                                                      \
        }                                                                                          \
    }

const struct attack kernel_file_attacks[] = {
    WRITE("T46a", "/proc/sys/kernel/core_pattern"),
    WRITE("T46b", "/proc/sys/kernel/modprobe"),
    WRITE("T46c", "/proc/sys/kernel/hotplug"),
    WRITE("T46d", "/proc/sys/kernel/poweroff_cmd"),
    WRITE("T46e", "/proc/sys/kernel/sysrq"),
    WRITE("T46f", "/proc/sysrq-trigger"),
    WRITE("T46g", "/proc/sys/kernel/panic"),
    WRITE("T46h", "/proc/sys/vm/panic_on_oom"),
    WRITE("T46i", "/proc/sys/kernel/dmesg_restrict"),
    WRITE("T46j", "/proc/sys/kernel/kptr_restrict"),
    WRITE("T46k", "/proc/sys/kernel/randomize_va_space"),
    WRITE("T46l", "/proc/sys/kernel/ns_last_pid"),
    WRITE("T46m", "/proc/sys/kernel/printk"),
    WRITE("T46n", "/proc/sys/kernel/perf_event_paranoid"),
    WRITE("T46o", "/proc/sys/kernel/unprivileged_bpf_disabled"),
    WRITE("T46p", "/proc/sys/fs/suid_dumpable"),
    WRITE("T46q", "/proc/sys/fs/protected_symlinks"),
    WRITE("T46r", "/proc/sys/fs/file-max"),
    WRITE("T46s", "/proc/sys/vm/drop_caches"),
    WRITE("T46t", "/proc/sys/vm/overcommit_memory"),
    WRITE("T46u", "/proc/sys/vm/mmap_min_addr"),
    WRITE("T46v", "/proc/sys/net/ipv4/ip_forward"),
    WRITE("T46w", "/proc/sys/user/max_user_namespaces"),
    WRITE("T46x", "/proc/irq/default_smp_affinity"),
    WRITE("T46y", "/proc/mtrr"),
    {"T46z", "open any file below /proc/sys for writing", anything_writable, "/proc/sys", 0, {0}},
    WRITE("T47a", "/sys/kernel/uevent_helper"),
    WRITE("T47b", "/sys/power/state"),
    WRITE("T47c", "/sys/kernel/mm/transparent_hugepage/enabled"),
    {"T47d", "open any module's parameter for writing", anything_writable, "/sys/module", 0, {0}},
    {"T47e", "open any file of a device for writing", anything_writable, "/sys/devices", 0, {0}},
    {"T47f", "look into /sys/firmware", list_it, "/sys/firmware", 0, {0}},
    READ("T48a", "/proc/kcore"),
    READ("T48b", "/proc/keys"),
    READ("T48c", "/proc/key-users"),
    READ("T48d", "/proc/timer_list"),
    {"T48e", "open /proc/kmsg", read_it, "/proc/kmsg", 1, {0}},
    READ("T48f", "/proc/interrupts"),
    READ("T48g", "/proc/kpagecount"),
    READ("T48h", "/proc/kpageflags"),
    READ("T48i", "/proc/slabinfo"),
    READ("T48j", "/proc/pagetypeinfo"),
    READ("T48k", "/proc/vmallocinfo"),
    {"T48l", "find addresses in /proc/kallsyms", real_addresses, "/proc/kallsyms", 0, {0}},
    {"T48m", "find addresses in /proc/iomem", real_addresses, "/proc/iomem", 0, {0}},
    {"T48n", "find a page frame in /proc/self/pagemap", page_frame, "/proc/self/pagemap", 0, {0}},
    {"T48o", "look into /proc/acpi", list_it, "/proc/acpi", 0, {0}},
    {NULL, NULL, NULL, NULL, 0, {0}},
};
