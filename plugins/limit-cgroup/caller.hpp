// SPDX-License-Identifier: MIT
// Who plans, and what the permission bits of a file let them do. [pure]
#pragma once

#include <microbox/sdk/facts.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace microbox::limit_cgroup {

constexpr const char* status_file = "/proc/self/status";

struct Caller {
    bool privileged = false; ///< root of the host: permission bits do not count
    std::uint32_t uid = 0;
    std::vector<std::uint32_t> groups;
    std::string pid; ///< as /proc counts; "" when it is not told
};

/// From the text of /proc/self/status: the ids that the kernel compares with those of files.
[[nodiscard]] Caller read_caller(std::string_view status, bool privileged);

/// cgroup file systems have no access lists: owner, group and mode say all.
[[nodiscard]] bool may_write(const Caller& caller, const sdk::PathFact& file);

} // namespace microbox::limit_cgroup
