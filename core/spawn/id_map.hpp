// SPDX-License-Identifier: MIT
// Id maps of user namespaces, written by the parent through /proc.
#pragma once

#include "core/host/caller.hpp"

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <cstdint>

#include <sys/types.h>

namespace microbox::core {

/// The maps of the sandbox's user namespace: 0 to 65535 are the lease, from `first` on; from a
/// foothold, its own ids but the last.
[[nodiscard]] sdk::Result<void>
write_id_maps(int proc_of_child, const Caller& caller, std::uint32_t first);

/// A user namespace for id-mapped mounts on which the owner (uid, gid) of the host appears as the
/// lease's first id, and the lease's other ids as themselves. Costs a process of a moment (170 us).
[[nodiscard]] sdk::Result<sys::Fd>
owner_namespace(std::uint32_t uid, std::uint32_t gid, std::uint32_t first);

} // namespace microbox::core
