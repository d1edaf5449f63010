// SPDX-License-Identifier: MIT
// The text of a policy, read into groups of system calls with an answer each. [pure]
#pragma once

#include <microbox/sdk/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace microbox::seccomp {

/// What a filter returns: SECCOMP_RET_ALLOW, or SECCOMP_RET_ERRNO with a number.
using Action = std::uint32_t;

/// (low 32 bits of the argument & mask) == value
struct Condition {
    unsigned argument = 0;
    std::uint32_t mask = ~std::uint32_t{0};
    std::uint32_t value = 0;

    bool operator==(const Condition&) const = default;
};

/// All conditions hold: this action.
struct Clause {
    std::vector<Condition> conditions;
    Action action = 0;
};

/// The first clause that fits wins; the last one has no condition. One clause alone is a plain
/// answer.
using Clauses = std::vector<Clause>;

struct Group {
    std::string name;
    std::string reason;
    std::vector<std::string> calls;
    Clauses clauses;
};

using Policy = std::vector<Group>;

/// Errors name the line: a word that is no action, a check without else, a call in two groups.
[[nodiscard]] sdk::Result<Policy> parse_policy(std::string_view text);

} // namespace microbox::seccomp
