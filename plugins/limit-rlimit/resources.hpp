// SPDX-License-Identifier: MIT
// The sixteen resources of setrlimit(2): the option's name, the number, the kernel's words.
#pragma once

#include <string_view>
#include <vector>

namespace microbox::limit_rlimit {

struct Resource {
    const char* name;         ///< of prlimit(1) and docker: "nofile"
    int number;               ///< RLIMIT_NOFILE
    const char* kernel_words; ///< the line's start in /proc/PID/limits: "Max open files"
    bool bytes;               ///< takes sizes like 64M
};

[[nodiscard]] const std::vector<Resource>& resources();

/// The resource of that name, nullptr when there is none.
[[nodiscard]] const Resource* find_resource(std::string_view name);
[[nodiscard]] const Resource* find_resource(int number);

} // namespace microbox::limit_rlimit
