// SPDX-License-Identifier: MIT
// Mounted here and not by libfuse: detached, so that no name is needed and none is left, with
// attributes that are ours, and without fusermount.
#include "fuse_mount.hpp"

#include "mount_calls.hpp"

#include <microbox/sys/file.hpp>

#include <sys/stat.h>

namespace fs_rootfs {

using namespace microbox::sdk;

Result<FuseMount> make_fuse_mount() {
    // The kernel takes a connection only from the user namespace that has opened it
    // (fuse_fill_super in fs/fuse/inode.c).
    auto connection = sys::open("/dev/fuse", O_RDWR);
    if (!connection.ok()) {
        Error error = connection.error();
        error.hint = "fuse-overlayfs needs /dev/fuse, which udev gives to everybody (as root: "
                     "chmod 666 /dev/fuse); --readonly needs none";
        return error;
    }
    // allow_other: the sandbox's user namespace is another one, below ours. default_permissions:
    // the kernel judges by modes and owners, as it does for an overlay of its own.
    MBX_TRY(sys::Fd mount,
            new_filesystem("fuse",
                           {{"source", "fuse-overlayfs"},
                            {"subtype", "fuse-overlayfs"},
                            {"fd", std::to_string(connection->get())},
                            {"rootmode", "40000"},
                            {"user_id", "0"},
                            {"group_id", "0"},
                            {"allow_other", ""},
                            {"default_permissions", ""}}));
    return FuseMount{std::move(*connection), std::move(mount)};
}

Result<void> wait_for_server(const FuseMount& fuse) {
    struct statx status {};

    if (::statx(fuse.mount.get(), "", AT_EMPTY_PATH | AT_STATX_FORCE_SYNC, STATX_MODE, &status) < 0)
        return fail_errno("wait for fuse-overlayfs", errno);
    return {};
}

} // namespace fs_rootfs
