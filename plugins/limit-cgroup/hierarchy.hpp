// SPDX-License-Identifier: MIT
// Hierarchy: the cgroup of one run, v1 or v2 alike.
#pragma once

#include "layout.hpp"
#include "limits.hpp"

#include <microbox/sdk/plan.hpp>
#include <microbox/sdk/result.hpp>
#include <microbox/sdk/session.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace microbox::limit_cgroup {

/// What the kernel counted; nothing where this kernel does not count.
struct Figures {
    std::optional<std::int64_t> memory_peak_bytes;
    std::optional<std::int64_t> memory_limit_hits; ///< times that memory had to be given back
    std::optional<std::int64_t> oom_kills;
    std::optional<std::int64_t> pids_peak;
    std::optional<std::int64_t> pids_limit_hits; ///< forks that were refused
    std::optional<double> cpu_seconds;
    std::optional<double> throttled_seconds;
    std::optional<std::int64_t> throttled_periods;
    std::optional<std::int64_t> io_read_bytes; ///< from disks
    std::optional<std::int64_t> io_written_bytes;
};

class Hierarchy {
public:
    Hierarchy() = default;
    Hierarchy(const Hierarchy&) = delete;
    Hierarchy& operator=(const Hierarchy&) = delete;
    virtual ~Hierarchy() = default;

    /// Slots, and how the child comes into the cgroup. [pure]
    virtual void declare(sdk::Fragment& fragment, const Limits& limits) const = 0;

    /// Has somebody else give us a cgroup, where that is needed. [parent]
    [[nodiscard]] virtual sdk::Result<void> ask_for_it(const std::string& run_id) {
        static_cast<void>(run_id);
        return {};
    }

    /// Makes the cgroup, its journal entry first, sets its limits, fills the slots. [parent]
    [[nodiscard]] virtual sdk::Result<void> create(sdk::Session& session, const Limits& limits) = 0;

    /// Reads every limit back, and finds our cgroup in the text of the command's /proc/PID/cgroup.
    [[nodiscard]] virtual sdk::Result<void> verify(const Limits& limits,
                                                   const std::string& proc_cgroup) const = 0;

    [[nodiscard]] virtual Figures figures() const = 0;
};

/// "microbox-RUNID": with nothing of ours above it, so that nothing shared is left behind.
[[nodiscard]] inline std::string cgroup_name(const std::string& run_id) {
    return "microbox-" + run_id;
}

[[nodiscard]] std::unique_ptr<Hierarchy> make_v1(V1Layout layout);
[[nodiscard]] std::unique_ptr<Hierarchy> make_v2(V2Layout layout, Controllers held);

} // namespace microbox::limit_cgroup
