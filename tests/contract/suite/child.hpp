// SPDX-License-Identifier: MIT
// Runs a piece of a plugin in a child process that is watched or confined, and brings back its
// words.
#pragma once

#include <functional>
#include <string>

namespace microbox::contract {

struct ChildOutcome {
    std::string text;         ///< what the call returned
    std::string fault;        ///< how it broke a rule or fell; "" when it ended well
    bool unavailable = false; ///< this machine cannot confine it
};

/// The call may use memory, and nothing else of the kernel: the first other system call ends it.
/// Its environment is empty.
[[nodiscard]] ChildOutcome in_watched_child(const std::function<std::string()>& call);

/// Everything is read-only for the call but a fresh tmpfs on `writable`, and it has no process of
/// the host to signal: code that removes what it is told to can be told anything.
[[nodiscard]] ChildOutcome in_confined_child(const std::string& writable,
                                             const std::function<std::string()>& call);

} // namespace microbox::contract
