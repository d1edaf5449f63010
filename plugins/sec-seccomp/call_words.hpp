// SPDX-License-Identifier: MIT
// A call in words: its name and the arguments that decide about it. [pure]
#pragma once

#include "syscalls.hpp"

#include <cstdint>
#include <string>

#include <linux/seccomp.h>

namespace microbox::seccomp {

/// What two calls of one kind have in common: the number, and what of the arguments decides.
struct CallKind {
    int number = 0;
    std::uint32_t detail[2] = {0, 0};

    auto operator<=>(const CallKind&) const = default;
};

[[nodiscard]] CallKind kind_of(const seccomp_data& call);

/// "unshare(CLONE_NEWNET)", "socket(AF_VSOCK)", "bpf", "call 467".
[[nodiscard]] std::string in_words(const CallKind& kind);

/// A second ABI of the machine, which every filter of ours refuses whole.
[[nodiscard]] bool is_x32(int number);

/// nullptr: not a call that was known when microbox was built.
[[nodiscard]] const Syscall* find_number(int number);

} // namespace microbox::seccomp
