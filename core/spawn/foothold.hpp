// SPDX-License-Identifier: MIT
// The foothold: the user namespace in which a supervisor without root's rights is root, with a
// mount namespace of its own. From there it does what root does: the same executor assembles the
// root, and the sandbox is born into a user namespace below. Two levels, because mounts that cross
// into a namespace below are locked there: a sandbox with CAP_SYS_ADMIN cannot take off a mask.
//
// Inside, id 0 is the caller and the ids after it are its subordinate ones. The last of them is not
// the sandbox's: it owns what the supervisor has and no process inside may read.
#pragma once

#include "core/host/caller.hpp"

#include <microbox/sdk/result.hpp>

namespace microbox::core {

/// Needs a process with one thread. Errors: the host forbids user namespaces, with the switch and
/// its remedy; newuidmap(1) refused, with what it said.
[[nodiscard]] sdk::Result<void> enter_foothold(const Caller& caller);

} // namespace microbox::core
