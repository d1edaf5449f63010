// SPDX-License-Identifier: MIT
// Choice: what --seccomp, --allow-syscall and --deny-syscall ask for, checked. [pure]
#pragma once

#include "syscalls.hpp"

#include <microbox/sdk/request.hpp>
#include <microbox/sdk/result.hpp>

#include <string>
#include <vector>

namespace microbox::seccomp {

/// One named call, taken out of the filter's hands.
struct Override {
    const Syscall* call = nullptr;
    bool allow = false;
    std::string source; ///< "--allow-syscall"
};

struct Choice {
    enum class Filter { standard, off, file };
    Filter filter = Filter::standard;
    std::string file;                ///< for Filter::file
    std::string source = "default";  ///< who chose the filter
    std::vector<Override> overrides; ///< each call once
};

/// Errors: a name that is no system call, or no call of this machine; one call allowed and denied;
/// a denied call that the start itself needs; --allow-syscall beside `off`.
[[nodiscard]] sdk::Result<Choice> read_choice(const sdk::Request& request);

/// Calls between the loading of the filter and the command's first instruction.
[[nodiscard]] bool needed_to_start(std::string_view name);

} // namespace microbox::seccomp
