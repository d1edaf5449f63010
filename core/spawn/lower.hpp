// SPDX-License-Identifier: MIT
// Lowering: a plan becomes the flat program that parent, child and init execute.
#pragma once

#include "core/plan/plan.hpp"
#include "core/spawn/block.hpp"

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace microbox::core {

/// What exists only now, after prepare().
struct Prepared {
    std::uint32_t first_id = 0;           ///< host id of id 0; 0 with host ids
    std::string staging;                  ///< directory of the host to mount the storage on
    std::map<std::string, sys::Fd> slots; ///< descriptors by slot name
    sys::Fd prober;                       ///< its image, when the plan's command is the prober
    /// Tests: the step that is not done, so that verification has something to find.
    std::optional<std::size_t> left_out;
    /// User namespaces that map an owner of the host to root, by (uid, gid).
    std::map<std::pair<std::uint32_t, std::uint32_t>, sys::Fd> owners;
};

/// Errors: a slot that no plugin filled; a host path that has gone.
[[nodiscard]] sdk::Result<Block> lower(const Plan& plan, Prepared& prepared);

} // namespace microbox::core
