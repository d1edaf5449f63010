// SPDX-License-Identifier: MIT
// The processors that a process and its children run on: the bound of --cpus without a cgroup. In
// whole processors, and what is inside can widen it to what the caller has (sched_setaffinity(2)).
#pragma once

#include <microbox/sdk/result.hpp>

#include <cstdint>

#include <sys/types.h>

namespace microbox::limit_cgroup {

/// 50000 -> 1, 150000 -> 2
[[nodiscard]] std::size_t whole_processors(std::uint64_t quota_us);

/// Leaves a process so many of its processors; sandboxes begin at different ones.
[[nodiscard]] sdk::Result<void> keep_to_processors(pid_t pid, std::size_t count);

[[nodiscard]] sdk::Result<void> expect_processors(pid_t pid, std::size_t most);

} // namespace microbox::limit_cgroup
