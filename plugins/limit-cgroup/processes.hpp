// SPDX-License-Identifier: MIT
// The processes of the sandbox as its own /proc lists them, and what they use together.
#pragma once

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace microbox::limit_cgroup {

struct Usage {
    std::uint64_t memory_bytes = 0;
    std::uint64_t tasks = 0; ///< processes and threads
};

/// What one process has, in bytes and threads. [pure]
struct ProcessUsage {
    std::uint64_t resident = 0; ///< shared pages counted whole
    std::uint64_t swapped = 0;
    std::uint64_t threads = 0;
};

/// From the text of /proc/PID/status. [pure]
[[nodiscard]] ProcessUsage usage_in(std::string_view status);

/// "Pss_Anon:  12 kB" of a text of such lines, in bytes; 0 when there is none. [pure]
[[nodiscard]] std::uint64_t kilobytes_in(std::string_view text, std::string_view key);

class Processes {
public:
    /// Opens the /proc of the sandbox's pid namespace, and the file systems in memory that are the
    /// sandbox's own. Before the command's first instruction: what it mounts over them later hides
    /// nothing. [running]
    [[nodiscard]] sdk::Result<void> open(pid_t init);

    /// One look. Pages that processes share are counted once only when that decides: it is 10 to
    /// 100 times as slow.
    [[nodiscard]] Usage look(std::uint64_t memory_limit) const;

private:
    [[nodiscard]] std::vector<pid_t> list() const;
    [[nodiscard]] std::uint64_t stored_bytes() const;
    [[nodiscard]] std::uint64_t exact_memory(const std::vector<pid_t>& pids,
                                             std::uint64_t stored) const;

    sys::Fd proc_;
    std::vector<sys::Fd> stores_;
};

} // namespace microbox::limit_cgroup
