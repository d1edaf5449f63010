// SPDX-License-Identifier: MIT
// The files of one cgroup: writing a limit, reading it back, reading figures. [parent]
#pragma once

#include <microbox/sdk/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace microbox::limit_cgroup {

/// Makes the directory of a cgroup. Errors name what is missing: rights, a writable file system.
[[nodiscard]] sdk::Result<void> make_cgroup(const std::string& path);

[[nodiscard]] sdk::Result<void>
write_value(const std::string& cgroup, const char* file, const std::string& value);

/// Reads a file and compares. Errors: "memory.max is 1 instead of 2".
[[nodiscard]] sdk::Result<void>
expect_value(const std::string& cgroup, const char* file, std::string_view value);

/// The kernel counts memory in pages and rounds down.
[[nodiscard]] std::uint64_t whole_pages(std::uint64_t bytes);

/// The number that is all of a file; nothing when there is no such file.
[[nodiscard]] std::optional<std::int64_t> number_in(const std::string& cgroup, const char* file);

/// "oom_kill 3" in a text of "KEY VALUE" lines. [pure]
[[nodiscard]] std::optional<std::int64_t> number_of(std::string_view text, std::string_view key);

[[nodiscard]] std::optional<std::int64_t>
number_of_in(const std::string& cgroup, const char* file, std::string_view key);

/// The path of a process in a hierarchy: the third field of the line of /proc/PID/cgroup whose
/// second field has this controller; "" asks for v2. [pure]
[[nodiscard]] std::optional<std::string> path_of(std::string_view proc_cgroup,
                                                 std::string_view controller);

/// "/" and "/a" -> "/a"; "/docker/x" and "a" -> "/docker/x/a". [pure]
[[nodiscard]] std::string join(const std::string& directory, const std::string& name);

} // namespace microbox::limit_cgroup
