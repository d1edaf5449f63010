// SPDX-License-Identifier: MIT
// Finding: one promise, and what was seen of it.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace microbox::core {

struct Finding {
    enum class State { held, broken, untestable };

    std::string plugin;  ///< whose promise: "core", "sec-seccomp"
    std::string promise; ///< "no user namespace can be made"
    State state = State::held;
    std::string seen; ///< broken: what was seen, and what should be; untestable: why
};

using Findings = std::vector<Finding>;

[[nodiscard]] inline bool any_broken(const Findings& findings) {
    return std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
        return finding.state == Finding::State::broken;
    });
}

[[nodiscard]] const char* to_word(Finding::State state); ///< "held", "broken", "not testable here"

} // namespace microbox::core
