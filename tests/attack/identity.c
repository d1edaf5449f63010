// SPDX-License-Identifier: MIT
// Ids, groups, what an exec may give, and capabilities.
#define _GNU_SOURCE
#include "attack.h"
#include "tables.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

/// /proc/sys belongs to host root: it has an id inside only when host root is mapped.
static struct verdict host_root_is_mapped(const struct attack* attack) {
    struct stat status;
    if (stat(attack->path, &status) < 0)
        return untestable("%s: %s", attack->path, name_of_errno());
    const unsigned id = attack->number ? status.st_gid : status.st_uid;
    return id == 0 ? escape("it is id 0 inside") : held("it is id %u inside", id);
}

static struct verdict has_groups(const struct attack* attack) {
    gid_t groups[256];
    (void)attack;
    const int count = getgroups(256, groups);
    return count > 0 ? escape("%d, the first is %u", count, groups[0]) : held("none");
}

static struct verdict no_new_privileges(const struct attack* attack) {
    (void)attack;
    return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? held("set") : escape("not set");
}

/// A copy of this program at PATH; 0 when it cannot be made.
static int copy_self(const char* path, mode_t mode) {
    char block[65536];
    const int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    const int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
    ssize_t got = from < 0 || to < 0 ? -1 : 1;
    while (got > 0 && (got = read(from, block, sizeof block)) > 0)
        if (write(to, block, (size_t)got) != got)
            got = -1;
    close(from);
    if (to >= 0)
        close(to);
    // After the writing, which takes the bit away.
    return got == 0 && chmod(path, mode) == 0;
}

/// All capabilities, permitted and effective: version 2 of the attribute, as setcap(8) writes it.
static int give_capabilities(const char* path) {
    const struct vfs_cap_data data = {
        .magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
        .data = {{.permitted = 0x800405fb}},
    };
    return setxattr(path, "security.capability", &data, sizeof data, 0);
}

/// Nobody's, on any machine.
enum { another_user = 54321 };

static struct verdict run_as_another(const struct attack* attack) {
    if (setresgid(another_user, another_user, another_user) < 0 ||
        setresuid(another_user, another_user, another_user) < 0)
        return untestable("no other user here: %s", name_of_errno());
    return unless_said_after_exec(attack->path, "rights");
}

/// In a process of its own: who has become another user cannot take the file away again.
static struct verdict try_as_another(const char* path) {
    const struct attack as_another = {.id = "", .what = "", .run = run_as_another, .path = path};
    return attack_try(&as_another);
}

/// A file of root's that gives its rights to another user who executes it, in a directory that only
/// that user enters: where it works, it must not work for anybody else.
static struct verdict regain_by_exec(const struct attack* attack) {
    char scratch[80], copy[100];
    if (geteuid() != 0)
        return held("not root: no file of root's can be made");
    if (!make_scratch(scratch, sizeof scratch))
        return untestable("nowhere to write: %s", name_of_errno());
    snprintf(copy, sizeof copy, "%s/copy", scratch);
    struct verdict verdict;
    if (chown(scratch, another_user, another_user) < 0)
        verdict = untestable("no other user here: %s", name_of_errno());
    else if (!copy_self(copy, attack->number ? 0755 : 06755))
        verdict = untestable("no program could be made: %s", name_of_errno());
    else if (attack->number && give_capabilities(copy) < 0)
        verdict = held("setxattr: %s", name_of_errno());
    else
        verdict = try_as_another(copy);
    unlink(copy);
    rmdir(scratch);
    return verdict;
}

static struct verdict has_capability(const struct attack* attack) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{0}};
    if (syscall(SYS_capget, &header, data) < 0)
        return untestable("capget: %s", name_of_errno());
    const uint32_t bit = 1U << (attack->number & 31);
    const struct __user_cap_data_struct* half = &data[attack->number >> 5];
    return half->effective & bit   ? escape("effective")
           : half->permitted & bit ? escape("permitted")
                                   : held("it has not");
}

static const long dangerous[] = {CAP_DAC_READ_SEARCH,
                                 CAP_NET_ADMIN,
                                 CAP_NET_RAW,
                                 CAP_SYS_MODULE,
                                 CAP_SYS_RAWIO,
                                 CAP_SYS_PTRACE,
                                 CAP_SYS_ADMIN,
                                 CAP_SYS_BOOT,
                                 CAP_SYS_TIME,
                                 CAP_MKNOD,
                                 CAP_SYSLOG,
                                 CAP_BPF,
                                 CAP_PERFMON};

static struct verdict bounding_set(const struct attack* attack) {
    (void)attack;
    for (size_t i = 0; i < sizeof dangerous / sizeof *dangerous; ++i)
        if (prctl(PR_CAPBSET_READ, dangerous[i], 0, 0, 0) == 1)
            return escape("capability %ld is in it", dangerous[i]);
    return held("trimmed");
}

static struct verdict set_of_status(const struct attack* attack) {
    char text[4096];
    if (read_text("/proc/self/status", text, sizeof text) <= 0)
        return untestable("no /proc/self/status");
    const char* line = strstr(text, attack->path);
    if (!line)
        return untestable("no %s", attack->path);
    line += strlen(attack->path);
    line += strspn(line, ": \t");
    return strspn(line, "0") == strcspn(line, "\n") ? held("empty") : escape("%.16s", line);
}

static struct verdict raise_ambient(const struct attack* attack) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{0}};
    syscall(SYS_capget, &header, data);
    data[0].inheritable |= 1U << attack->number;
    syscall(SYS_capset, &header, data);
    return unless_it_worked(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, attack->number, 0, 0));
}

static struct verdict take_capability(const struct attack* attack) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{0}};
    syscall(SYS_capget, &header, data);
    data[0].permitted |= 1U << attack->number;
    data[0].effective |= 1U << attack->number;
    return unless_it_worked(syscall(SYS_capset, &header, data));
}

/// As the kernel gives them to root who executes a program.
static struct verdict regain_as_root(const struct attack* attack) {
    return unless_said_after_exec("/proc/self/exe", attack->path);
}

const struct attack identity_attacks[] = {
    {"T57b", "be host root as a user", host_root_is_mapped, "/proc/sys/kernel", 0, {0}},
    {"T57c", "be host root as a group", host_root_is_mapped, "/proc/sys/kernel", 1, {0}},
    {"T59a", "find a dangerous capability in the bounding set", bounding_set, NULL, 0, {0}},
    {"T59b", "find an inheritable capability", set_of_status, "CapInh", 0, {0}},
    {"T59c", "find an ambient capability", set_of_status, "CapAmb", 0, {0}},
    {"T59d", "raise an ambient capability", raise_ambient, NULL, CAP_SYS_ADMIN, {0}},
    {"T59e", "take a capability with capset", take_capability, NULL, CAP_SYS_ADMIN, {0}},
    {"T59f", "have SYS_ADMIN after an exec", regain_as_root, "administrator", 0, {0}},
    {"T60a", "be in a supplementary group", has_groups, NULL, 0, {0}},
    {"T62a", "be without no_new_privs", no_new_privileges, NULL, 0, {0}},
    {"T62b", "become root by a setuid file", regain_by_exec, NULL, 0, {0}},
    {"T62c", "gain capabilities by those of a file", regain_by_exec, NULL, 1, {0}},
    {NULL, NULL, NULL, NULL, 0, {0}},
};

#define HAVE(id, name)                                                                             \
    {                                                                                              \
        id, "have CAP_" #name, has_capability, NULL, CAP_##name, {                                 \
            0                                                                                      \
        }                                                                                          \
    }

const struct attack capability_attacks[] = {
    HAVE("T58a", SYS_ADMIN),
    HAVE("T58b", SYS_PTRACE),
    HAVE("T58c", SYS_MODULE),
    HAVE("T58d", SYS_RAWIO),
    HAVE("T58e", SYS_BOOT),
    HAVE("T58f", SYS_TIME),
    HAVE("T58g", SYS_NICE),
    HAVE("T58h", SYS_RESOURCE),
    HAVE("T58i", SYS_TTY_CONFIG),
    HAVE("T58j", SYS_PACCT),
    HAVE("T58k", SYSLOG),
    HAVE("T58l", NET_ADMIN),
    HAVE("T58m", NET_RAW),
    HAVE("T58n", NET_BROADCAST),
    HAVE("T58o", DAC_READ_SEARCH),
    HAVE("T58p", MKNOD),
    HAVE("T58q", AUDIT_WRITE),
    HAVE("T58r", AUDIT_CONTROL),
    HAVE("T58s", AUDIT_READ),
    HAVE("T58t", MAC_ADMIN),
    HAVE("T58u", MAC_OVERRIDE),
    HAVE("T58v", WAKE_ALARM),
    HAVE("T58w", BLOCK_SUSPEND),
    HAVE("T58x", BPF),
    HAVE("T58y", PERFMON),
    HAVE("T58z", CHECKPOINT_RESTORE),
    HAVE("T58aa", LINUX_IMMUTABLE),
    HAVE("T58ab", IPC_LOCK),
    HAVE("T58ac", IPC_OWNER),
    HAVE("T58ad", LEASE),
    {NULL, NULL, NULL, NULL, 0, {0}},
};
