// SPDX-License-Identifier: MIT
// What the plugin plans, boiled down to its one program and what it says.
#pragma once

#include "tests/support/fake_host.hpp"
#include "tests/unit/sec-seccomp/filter_call.hpp"

#include <string>
#include <variant>
#include <vector>

namespace microbox::tests {

/// The one filter's program; empty and a failure when there is none, or more than one.
[[nodiscard]] inline Program program_of(const sdk::Result<sdk::Fragment>& planned) {
    if (!planned.ok()) {
        ADD_FAILURE() << planned.error().what;
        return {};
    }
    const auto& steps = planned->steps;
    if (steps.size() != 1 || !std::holds_alternative<sdk::Filter>(steps[0].step)) {
        ADD_FAILURE() << steps.size() << " steps instead of one filter";
        return {};
    }
    EXPECT_EQ(steps[0].stage, sdk::Stage::filter);
    return *std::get<sdk::Filter>(steps[0].step).program;
}

/// The weakened protections, one a line.
[[nodiscard]] inline std::string weakened(const sdk::Result<sdk::Fragment>& planned) {
    std::string all;
    if (planned.ok())
        for (const sdk::Notice& notice : planned->notices)
            if (notice.kind == sdk::Notice::Kind::weakened)
                all += notice.text + "\n";
    return all;
}

[[nodiscard]] inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace microbox::tests
