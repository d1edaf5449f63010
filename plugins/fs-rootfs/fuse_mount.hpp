// SPDX-License-Identifier: MIT
// The kernel's side of a FUSE file system: a connection, and its mount.
#pragma once

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

namespace fs_rootfs {

namespace sys = microbox::sys;

struct FuseMount {
    sys::Fd connection; ///< /dev/fuse: for the server
    sys::Fd mount;      ///< detached; who looks at it waits until the server answers
};

/// Errors: /dev/fuse cannot be opened, with what would do. [parent]
microbox::sdk::Result<FuseMount> make_fuse_mount();

/// Waits until the server has answered. Errors: it has ended. [parent]
microbox::sdk::Result<void> wait_for_server(const FuseMount& fuse);

} // namespace fs_rootfs
