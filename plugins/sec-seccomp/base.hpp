// SPDX-License-Identifier: MIT
// Base: the filter that --seccomp chooses, before single calls are allowed or denied.
#pragma once

#include "choice.hpp"

#include <microbox/sdk/facts.hpp>
#include <microbox/sdk/plan.hpp>

#include <cstdint>
#include <functional>
#include <vector>

#include <linux/filter.h>

namespace microbox::seccomp {

/// What a filter says to a call, when nothing is known of its arguments.
enum class Answer { allows, depends, refuses };

struct Base {
    std::vector<sock_filter> program;
    std::uint32_t flags = 0;
    bool needless = false; ///< it allows everything: without overrides no filter is loaded
    std::function<Answer(const Syscall&)> answer;
    std::vector<sdk::Notice> notices;
};

/// The facts that make_base() and notifying_flags() read.
[[nodiscard]] std::vector<sdk::FactQuery> facts_for(const Choice& choice, bool explains);

/// For a filter whose refusals are answered: from Linux 5.19 on, a signal does not interrupt a call
/// whose answer is under way.
[[nodiscard]] std::uint32_t notifying_flags(const sdk::Facts& facts);

/// Errors: a profile that cannot be read, is not understood, or refuses what the start itself
/// needs.
[[nodiscard]] sdk::Result<Base>
make_base(const Choice& choice, const sdk::Request& request, const sdk::Facts& facts);

} // namespace microbox::seccomp
