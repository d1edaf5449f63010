// SPDX-License-Identifier: MIT
// Reads /proc/PID/limits, the kernel's own account of a process's limits. [pure]
#pragma once

#include "resources.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace microbox::limit_rlimit {

struct KernelLimit {
    std::uint64_t soft = 0;
    std::uint64_t hard = 0;

    bool operator==(const KernelLimit&) const = default;
};

/// The line of a resource; nothing when it is missing or not understood. UINT64_MAX: unlimited.
[[nodiscard]] std::optional<KernelLimit> limit_of(std::string_view text, const Resource& resource);

} // namespace microbox::limit_rlimit
