// SPDX-License-Identifier: MIT
// Answers by system call number in, a small classic BPF program out. [pure]
#pragma once

#include "generate/policy.hpp"

#include <microbox/sdk/result.hpp>

#include <cstdint>
#include <map>
#include <vector>

#include <linux/filter.h>

namespace microbox::seccomp {

/// What one machine's filter says.
struct Ruleset {
    std::uint32_t audit_architecture = 0;     ///< AUDIT_ARCH_*; every other one is killed
    std::map<std::uint32_t, Clauses> answers; ///< by number
    Action otherwise = 0;                     ///< for numbers without an answer
};

/// The program: architecture check; a search over ranges of numbers with one answer, where a number
/// that differs from both its neighbours costs a single comparison; argument checks, each call's
/// own and reached by no other call, so that the kernel's bitmap can hold the plain answers
/// (kernel/seccomp.c, seccomp_is_const_allow); shared returns.
/// Errors: a jump of more than 255 instructions.
[[nodiscard]] sdk::Result<std::vector<sock_filter>> compile(const Ruleset& rules);

} // namespace microbox::seccomp
