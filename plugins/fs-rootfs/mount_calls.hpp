// SPDX-License-Identifier: MIT
// The calls of the mount interface of Linux 5.2 and 5.12 that this plugin needs.
#pragma once

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace fs_rootfs {

/// A new file system of the type, mounted nowhere. An empty value is a flag.
inline microbox::sdk::Result<microbox::sys::Fd>
new_filesystem(const std::string& type,
               const std::vector<std::pair<std::string, std::string>>& options) {
    const auto failed = [&](const std::string& what) {
        return microbox::sdk::fail_errno(what + " a " + type, errno);
    };
    const microbox::sys::Fd context(
        static_cast<int>(::syscall(SYS_fsopen, type.c_str(), FSOPEN_CLOEXEC)));
    if (!context)
        return failed("open");
    for (const auto& [key, value] : options) {
        const bool flag = value.empty();
        if (::syscall(SYS_fsconfig,
                      context.get(),
                      flag ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING,
                      key.c_str(),
                      flag ? nullptr : value.c_str(),
                      0) < 0)
            return failed("set " + key + " of");
    }
    if (::syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) < 0)
        return failed("make");
    microbox::sys::Fd mount(static_cast<int>(::syscall(
        SYS_fsmount, context.get(), FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)));
    if (!mount)
        return failed("mount");
    return mount;
}

inline bool set_read_only(int tree, bool recursive) {
    mount_attr attributes{};
    attributes.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID;
    return ::syscall(SYS_mount_setattr,
                     tree,
                     "",
                     AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0),
                     &attributes,
                     sizeof attributes) == 0;
}

inline bool move_mount(int tree, const char* target) {
    return ::syscall(SYS_move_mount, tree, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH) == 0;
}

} // namespace fs_rootfs
