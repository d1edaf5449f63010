// SPDX-License-Identifier: MIT
// Steps as plugins, the core and the user plan them, for tests of merging and ordering.
#pragma once

#include "core/plan/plan.hpp"

#include <string>
#include <vector>

namespace microbox::core::testing {

inline PlanStep mount_of(const std::string& plugin,
                         const std::string& target,
                         const std::string& source = "default") {
    sdk::Mount mount{target, sdk::StorageDirectory{"x", 0755}, {}};
    return {sdk::Stage::assemble, mount, plugin, source};
}

inline PlanStep user_mount_on(const std::string& target) {
    sdk::Mount mount{target, sdk::Bind{"/srv", true, sdk::Ownership::keep}, {}};
    mount.by_user = true;
    return {sdk::Stage::assemble, mount, "core", "--mount-ro /srv:" + target};
}

inline PlanStep core_step(sdk::Stage stage, sdk::Step step) {
    return {stage, std::move(step), "core", "default"};
}

/// "mount /a", "file /etc/hosts", ... one for each step.
inline std::vector<std::string> words_of(const std::vector<PlanStep>& steps) {
    std::vector<std::string> words;
    for (const PlanStep& placed : steps) {
        std::string what = describe(placed.step);
        if (const auto* mount = std::get_if<sdk::Mount>(&placed.step))
            what = mount->target;
        if (const auto* file = std::get_if<sdk::File>(&placed.step))
            what = file->path;
        words.push_back(step_kind(placed.step) + " " + what);
    }
    return words;
}

} // namespace microbox::core::testing
