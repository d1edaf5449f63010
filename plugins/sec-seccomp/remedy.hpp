// SPDX-License-Identifier: MIT
// What would allow a refused call, and what has refused it. [pure]
#pragma once

#include "call_words.hpp"
#include "choice.hpp"
#include "ledger.hpp"

#include <microbox/sdk/request.hpp>
#include <microbox/sdk/session.hpp>

#include <string>
#include <vector>

namespace microbox::seccomp {

/// The rest of the run's circumstances that a remedy depends on.
struct Rights {
    std::uint64_t capabilities = 0; ///< that the sandbox keeps
    bool isolated_ids = true;
};

/// The narrowest option, or a sentence that says why none does.
[[nodiscard]] std::string
remedy_for(const CallKind& call, const Choice& choice, const Rights& rights);

/// In the order in which they came.
[[nodiscard]] std::vector<sdk::Denial>
denials_of(const Ledger& ledger, const Choice& choice, const Rights& rights);

} // namespace microbox::seccomp
