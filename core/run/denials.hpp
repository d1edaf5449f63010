// SPDX-License-Identifier: MIT
// What the sandbox was denied, in words.
#pragma once

#include <microbox/sdk/session.hpp>

#include <string>
#include <vector>

namespace microbox::core {

struct Denied {
    std::string plugin;
    sdk::Denial denial;
};

/// "unshare(CLONE_NEWNET) by pid 7 (python3), 3 times: default filter: EPERM; --allow-syscall
/// unshare would allow it". [pure]
[[nodiscard]] std::string in_words(const sdk::Denial& denial);

/// One line each, when the run has ended: among the command's own output nobody would find them,
/// and a command must not be able to hold microbox up with a flood of them.
void tell(const std::vector<Denied>& all);

} // namespace microbox::core
