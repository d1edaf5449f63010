// SPDX-License-Identifier: MIT
// The journal's entry of a pasta: "pasta PID START". A pid alone may be another's by the time that
// it is read.
#pragma once

#include <microbox/sdk/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace microbox::net_pasta {

struct Kept {
    pid_t pid = -1;
    std::uint64_t start = 0; ///< in ticks since the boot
};

/// When a process has begun, from the text of /proc/PID/stat; nullopt: it is none. [pure]
[[nodiscard]] std::optional<std::uint64_t> start_in(std::string_view stat);

/// What an entry names; nullopt: none of ours. [pure]
[[nodiscard]] std::optional<Kept> read_entry(const std::string& entry);

/// nullopt: there is no process of that pid.
[[nodiscard]] std::optional<std::uint64_t> start_of(pid_t pid);

[[nodiscard]] std::string entry_of(pid_t pid, std::uint64_t start);

/// Kills the process of an entry and waits for its end; no other of its pid, and none that has
/// ended. Errors: no entry of ours, or it does not end. [cleanup]
[[nodiscard]] sdk::Result<void> end_entry(const std::string& entry);

} // namespace microbox::net_pasta
