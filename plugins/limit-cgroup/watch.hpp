// SPDX-License-Identifier: MIT
// Our own watch of the sandbox's processes, for limits that no cgroup holds.
#pragma once

#include "processes.hpp"

#include <microbox/sdk/result.hpp>
#include <microbox/sdk/session.hpp>

#include <cstdint>
#include <limits>
#include <string>

namespace microbox::limit_cgroup {

class Watch {
public:
    static constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

    std::uint64_t memory_bytes = unlimited;
    std::uint64_t tasks = unlimited;

    /// Looks 20 times a second, less often when a look takes long: at most a twentieth of a
    /// processor. Ends the run that is over a limit. This object must outlive the run. [running]
    [[nodiscard]] sdk::Result<void> start(sdk::Session& session);

    /// The most that was seen.
    [[nodiscard]] const Usage& peak() const { return peak_; }

    /// "oom", "pids", or "" while nothing is over a limit.
    [[nodiscard]] const std::string& reason() const { return reason_; }

private:
    [[nodiscard]] sdk::Result<void> look(sdk::Session& session);
    void end(sdk::Session& session, const char* reason, const std::string& what);

    Processes processes_;
    Usage peak_;
    std::string reason_;
};

} // namespace microbox::limit_cgroup
