// SPDX-License-Identifier: MIT
// The one storage of a run, when nothing more fits into it.
#pragma once

#include "core/run/denials.hpp"

#include <microbox/sdk/plan.hpp>

#include <optional>
#include <string>

#include <sys/statfs.h>

namespace microbox::core {

/// Looks at what is mounted in our own namespace, which outlives the sandbox's. The kernel counts
/// no ENOSPC: a storage that was full and is not any more is not seen.
[[nodiscard]] std::optional<Denied> full_storage(const sdk::Storage& storage,
                                                 const std::string& mounted_at);

/// [pure]
[[nodiscard]] std::optional<Denied> full_storage(const sdk::Storage& storage,
                                                 const struct statfs& found);

} // namespace microbox::core
