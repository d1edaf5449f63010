// SPDX-License-Identifier: MIT
// The layers of fuse-overlayfs, as detached mounts that no name leads to.
#pragma once

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <cstdint>
#include <string>

namespace fs_rootfs {

namespace sys = microbox::sys;

struct Layers {
    sys::Fd memory; ///< a tmpfs with the empty directories lower, upper and work
    sys::Fd lower;  ///< DIR, read-only
};

/// `bytes` is what the upper layer may grow to. [parent]
microbox::sdk::Result<Layers> make_layers(const std::string& directory, std::uint64_t bytes);

} // namespace fs_rootfs
