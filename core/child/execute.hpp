// SPDX-License-Identifier: MIT
// The executor: walks a finished list of operations. No allocation, no locks, no libc.
#pragma once

#include "core/child/program.hpp"

namespace microbox::child {

/// Descriptors that operations leave for later ones. -1: not there yet.
struct Registers {
    int tree = -1;           ///< the mount at hand
    int context = -1;        ///< fsopen(2)
    int store = -1;          ///< top of the storage
    int root = -1;           ///< top of the sandbox's root
    int proc = -1;           ///< the sandbox's own proc
    int user_namespace = -1; ///< the sandbox's, for id-mapped mounts
    int listener = -1;       ///< out: of a filter that was loaded with one
    bool plain_ids = false;  ///< out: a mount could not be id-mapped and was mounted as it is
};

/// Runs a range. Returns 0, or the errno, with the offset of the operation that failed.
int execute(const Program* program, Range range, Registers& registers, std::uint32_t* failed);

} // namespace microbox::child
