// SPDX-License-Identifier: MIT
// What most file-system modes plan alike: --storage, the sandbox's own accounts, and /sys. [pure]
#pragma once

#include <microbox/sdk/option.hpp>
#include <microbox/sdk/plan.hpp>
#include <microbox/sdk/provenance.hpp>
#include <microbox/sdk/request.hpp>
#include <microbox/sdk/result.hpp>
#include <microbox/sdk/units.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace microbox::sdk {

/// --storage, the same in every mode that keeps what is written in memory.
constexpr MbxOption storage_option = {
    "storage",
    "SIZE",
    "memory for all that the sandbox can write: root, /tmp, /run, /dev/shm together",
    "512MB",
    0,
    0,
};

/// Errors: not a size; less than 1 MiB.
[[nodiscard]] inline Result<Storage> read_storage(const Request& request) {
    constexpr std::uint64_t least = std::uint64_t{1} << 20U;
    const Given* given = request.one(storage_option.name);
    const Given fallback{storage_option.default_value, "default", true};
    if (given == nullptr)
        given = &fallback;
    MBX_TRY(const std::uint64_t bytes,
            parse_size(given->value, said(storage_option.name, *given), least));
    return Storage{bytes, 0, given->source};
}

/// The sandbox's own /etc/passwd, /etc/group and /etc/nsswitch.conf, for a root that has none:
/// root, nobody, and `user` when the command runs as somebody else.
[[nodiscard]] inline std::vector<File> account_files(const Request& request) {
    constexpr unsigned nobody = 65534;
    constexpr unsigned tty = 5; // the group of the core's devpts
    std::string passwd = "root:x:0:0:root:/root:/bin/sh\n"
                         "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
    std::string group = "root:x:0:\n"
                        "tty:x:5:\n"
                        "nogroup:x:65534:\n";
    const std::string gid = std::to_string(request.group);
    // /tmp is the one place that every user of a sandbox can write.
    if (request.user != 0 && request.user != nobody)
        passwd += "user:x:" + std::to_string(request.user) + ":" + gid + ":user:/tmp:/bin/sh\n";
    if (request.group != 0 && request.group != tty && request.group != nobody)
        group += "user:x:" + gid + ":\n";
    // Without it the C library's own default asks DNS for localhost first (glibc before 2.34).
    const std::string nsswitch = "passwd: files\n"
                                 "group: files\n"
                                 "shadow: files\n"
                                 "hosts: files dns\n"
                                 "networks: files\n"
                                 "protocols: files\n"
                                 "services: files\n";
    return {{"/etc/passwd", passwd, 0644},
            {"/etc/group", group, 0644},
            {"/etc/nsswitch.conf", nsswitch, 0644}};
}

inline void add_account_files(Fragment& fragment, const Request& request) {
    for (const File& file : account_files(request))
        fragment.add(Stage::assemble, file);
}

/// /sys, read-only, with the masks that runc has. A sysfs shows the network of whoever mounts it
/// (sysfs_init_fs_context in fs/sysfs/mount.c) and wants CAP_SYS_ADMIN over it: with a network of
/// its own the sandbox mounts a new one, on the host's network it gets the host's without the
/// mounts below.
inline void add_sysfs(Fragment& fragment, const Request& request) {
    MountFlags flags;
    flags.read_only = true;
    flags.no_exec = true;
    if (request.own_network)
        fragment.add(Stage::inside, Mount{"/sys", NewFilesystem{"sysfs", {}}, flags});
    else if (request.privileged)
        fragment.add(Stage::assemble, Mount{"/sys", Bind{"/sys", false, Ownership::as_is}, flags});
    else {
        // Mounts that came with the host's are locked together: all or none (has_locked_children in
        // fs/namespace.c). What lies on it is covered instead.
        fragment.add(Stage::assemble, Mount{"/sys", Bind{"/sys", true, Ownership::as_is}, flags});
        fragment.add(Stage::inside, Mask{"/sys/fs"});
        fragment.add(Stage::inside, Mask{"/sys/kernel"});
    }
    if (request.unmasked)
        return;
    // Firmware tables, and the power meter that tells of other processes' work (CVE-2020-8694).
    fragment.add(Stage::inside, Mask{"/sys/firmware"});
    fragment.add(Stage::inside, Mask{"/sys/devices/virtual/powercap"});
}

} // namespace microbox::sdk
