// SPDX-License-Identifier: MIT
// The limits of a run, as numbers the kernel takes. [pure]
#pragma once

#include "controller.hpp"
#include "io.hpp"

#include <microbox/sdk/request.hpp>
#include <microbox/sdk/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace microbox::limit_cgroup {

/// Lists the processors that are online: "0-3,6".
constexpr const char* online_processors_file = "/sys/devices/system/cpu/online";

/// The kernel's default period, which is left as it is: 100 ms.
constexpr std::uint64_t cpu_period_us = 100000;

struct Limits {
    std::uint64_t cpu_quota_us = 0; ///< of each period, over all processors
    std::uint64_t memory_bytes = 0;
    std::uint64_t pids = 0; ///< processes and threads, the sandbox's init included
    std::string cpu_source; ///< who asked: "--cpus", "default"
    std::string memory_source;
    std::string pids_source;
    IoLimits io;

    /// Who asked for the limit of a controller.
    [[nodiscard]] const std::string& source_of(Controller controller) const;
};

/// How many processors a list like "0-3,6" names; 0 when it is empty or not understood.
[[nodiscard]] std::uint64_t count_processors(std::string_view list);

/// 50000 -> "0.5"
[[nodiscard]] std::string cpus_text(std::uint64_t quota_us);

/// From --cpus, --memory, --pids and --io-*. The text is that of online_processors_file.
/// Errors: a value that is none, too small, or more processors than the host has.
[[nodiscard]] sdk::Result<Limits> parse_limits(const sdk::Request& request,
                                               std::string_view online_processors);

} // namespace microbox::limit_cgroup
