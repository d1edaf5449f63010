// SPDX-License-Identifier: MIT
// Kernel features are tried, never guessed from a version: a call with arguments that change
// nothing answers ENOSYS where the kernel does not have it.
#include "core/host/facts.hpp"

#include <array>
#include <cerrno>
#include <string_view>

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace microbox::core {

namespace {

bool known(long result) {
    return result >= 0 || errno != ENOSYS;
}

bool has_namespace(const char* name) {
    return ::access((std::string("/proc/self/ns/") + name).c_str(), F_OK) == 0;
}

bool has_filesystem(const char* type) {
    // fsopen(2) looks the type up, loads its module where that is allowed, and mounts nothing.
    const long fd = ::syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
    if (fd >= 0)
        ::close(static_cast<int>(fd));
    return fd >= 0 || errno == EPERM;
}

bool has_memfd() {
    const int fd = ::memfd_create("microbox-probe", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd >= 0)
        ::close(fd);
    return fd >= 0;
}

/// A memfd lies on a tmpfs of the kernel's own, which has what all have (from Linux 6.6).
bool has_user_attributes_in_memory() {
    const int fd = ::memfd_create("microbox-probe", MFD_CLOEXEC);
    const bool has = fd >= 0 && ::fsetxattr(fd, "user.microbox", "1", 1, 0) == 0;
    if (fd >= 0)
        ::close(fd);
    return has;
}

/// They came together, but a filter around us may answer for some.
bool has_mount_api() {
    return known(::syscall(SYS_fsopen, nullptr, 0)) &&
           known(::syscall(SYS_fsconfig, -1, 0, nullptr, nullptr, 0)) &&
           known(::syscall(SYS_fsmount, -1, 0, 0)) &&
           known(::syscall(SYS_open_tree, -1, nullptr, 0)) &&
           known(::syscall(SYS_move_mount, -1, nullptr, -1, nullptr, 0));
}

struct Feature {
    std::string_view name;
    bool (*probe)();
};

constexpr std::array features = {
    Feature{"clone3", [] { return known(::syscall(SYS_clone3, nullptr, 0)); }},
    Feature{"openat2", [] { return known(::syscall(SYS_openat2, -1, nullptr, nullptr, 0)); }},
    Feature{"close_range", [] { return known(::syscall(SYS_close_range, 1, 0, 0)); }},
    Feature{"pidfd", [] { return known(::syscall(SYS_pidfd_open, -1, 0)); }},
    Feature{"mount-api", has_mount_api},
    Feature{"mount_setattr",
            [] { return known(::syscall(SYS_mount_setattr, -1, nullptr, 0, nullptr, 0)); }},
    Feature{"memfd", has_memfd},
    Feature{"overlay", [] { return has_filesystem("overlay"); }},
    Feature{"tmpfs", [] { return has_filesystem("tmpfs"); }},
    Feature{"tmpfs-user-attributes", has_user_attributes_in_memory},
    Feature{"mqueue", [] { return has_filesystem("mqueue"); }},
    Feature{"user-namespace", [] { return has_namespace("user"); }},
    Feature{"pid-namespace", [] { return has_namespace("pid"); }},
    Feature{"network-namespace", [] { return has_namespace("net"); }},
    Feature{"ipc-namespace", [] { return has_namespace("ipc"); }},
    Feature{"uts-namespace", [] { return has_namespace("uts"); }},
    Feature{"cgroup-namespace", [] { return has_namespace("cgroup"); }},
    Feature{"time-namespace", [] { return has_namespace("time_for_children"); }},
    Feature{"landlock",
            [] { return known(::syscall(SYS_landlock_create_ruleset, nullptr, 0, 1)); }},
    Feature{"statx", [] { return known(::syscall(SYS_statx, -1, nullptr, 0, 0, nullptr)); }},
};

} // namespace

bool is_filtered() {
    constexpr int filter_mode = 2; // SECCOMP_MODE_FILTER
    return ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == filter_mode;
}

bool kernel_has(const std::string& feature) {
    for (const Feature& known_feature : features)
        if (known_feature.name == feature)
            return known_feature.probe();
    return false;
}

} // namespace microbox::core
