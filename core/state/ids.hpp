// SPDX-License-Identifier: MIT
// Lease of 65,536 ids that are nobody's: a lock on one byte of one file, so that a lease ends with
// the last process that holds it, however that ends, and leaves nothing behind.
#pragma once

#include "core/host/caller.hpp"
#include "core/state/folder.hpp"

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <cstdint>

namespace microbox::core {

inline constexpr std::uint32_t ids_per_run = most_ids;

struct IdLease {
    sys::Fd lock;            ///< open as long as the ids are in use; init holds it too
    std::uint32_t first = 0; ///< host id of id 0 inside
};

/// Errors: all ranges are leased or given to somebody by /etc/subuid.
[[nodiscard]] sdk::Result<IdLease> lease_ids(const StateFolder& state);

/// The ranges that microbox may lease: above what systemd-nspawn and useradd give out, below 2^31,
/// where some programs' ids become negative. Slot N starts at id_base + N * 65536.
inline constexpr std::uint32_t id_base = 0x70000000;
inline constexpr std::uint32_t id_slots = (0x7ffe0000 - 0x70000000) / ids_per_run;

} // namespace microbox::core
