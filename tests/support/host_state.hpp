// SPDX-License-Identifier: MIT
// HostState: what a run could leave behind on the host, so that a test can compare before and
// after.
#pragma once

#include <chrono>
#include <set>
#include <string>
#include <vector>

namespace microbox::testing {

/// Everything outside the sandbox that a run may take and must give back.
class HostState {
public:
    [[nodiscard]] static HostState take();

    /// "+ mount ...", "- cgroup ...": one line for each difference of now to this state.
    [[nodiscard]] std::vector<std::string> difference(const HostState& later) const;

private:
    std::set<std::string> facts_;
};

/// Compares until nothing differs or the time is over (a namespace's end is not instantaneous). "":
/// nothing is left.
[[nodiscard]] std::string
left_behind(const HostState& before,
            std::chrono::milliseconds patience = std::chrono::milliseconds(2000));

} // namespace microbox::testing
