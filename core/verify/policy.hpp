// SPDX-License-Identifier: MIT
// Policy: a user's own assertions about sandboxes, each for a fresh one (docs/reference/verify.md).
#pragma once

#include <microbox/sdk/promise.hpp>
#include <microbox/sdk/result.hpp>

#include <optional>
#include <string>
#include <vector>

namespace microbox::core {

struct Assertion {
    std::string name;                 ///< given, or made from what is asserted
    std::vector<std::string> options; ///< the policy's, then its own
    /// One of the two: a question to the prober, or a command and what should become of it.
    std::optional<sdk::Promise> promise;
    std::vector<std::string> command;
    std::optional<int> exit;
    bool fails = false; ///< any exit code but 0
    std::string reason; ///< of the report: "timeout", "oom", "pids", "signal"; "": not asked
    std::string output; ///< standard output holds it
};

/// Errors: "FILE: " and what is wrong where. [pure]
[[nodiscard]] sdk::Result<std::vector<Assertion>> parse_policy(const std::string& text,
                                                               const std::string& file);

/// What a run's report tells.
struct Ended {
    std::string reason;              ///< "exited", "timeout", ...; "": the text is no report
    std::string error;               ///< microbox's own, when the run could not be made
    std::vector<std::string> denied; ///< "sec-seccomp: mount (sh): --allow-syscall mount"
};

/// [pure]
[[nodiscard]] Ended read_report(const std::string& json);

} // namespace microbox::core
