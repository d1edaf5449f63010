// SPDX-License-Identifier: MIT
// Paths of the new root, resolved by the kernel with the root as their ceiling: the one place where
// a hostile root file system is met.
#pragma once

#include <cstdint>

namespace microbox::child {

/// The place of a path: the directory it lies in, and its last name.
struct Place {
    int parent = -1;            ///< O_PATH, to be closed by the caller
    const char* name = nullptr; ///< points into the path; "" for the root itself
};

/// Opens a path O_PATH below root; links stay inside (RESOLVE_IN_ROOT) or are refused (no_links).
/// Returns a descriptor or -errno.
int open_in_root(int root, const char* path, bool no_links);

/// The directory of a path, missing ones made with mode 0755. Returns 0 or -errno.
int open_parent(int root, const char* path, bool make, bool no_links, Place& place);

/// A descriptor of the target, made as a directory or an empty file when it is missing and that is
/// asked for. Returns a descriptor or -errno.
int open_target(int root, const char* path, std::uint32_t flags);

} // namespace microbox::child
