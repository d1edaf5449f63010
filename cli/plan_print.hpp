// SPDX-License-Identifier: MIT
// A plan for people and for programs.
#pragma once

#include "core/plan/plan.hpp"

#include <string>
#include <vector>

namespace microbox::cli {

/// One line for each step, with who asked for it. [pure]
[[nodiscard]] std::string plan_as_text(const core::Plan& plan);

/// Every field of every step. [pure]
[[nodiscard]] std::string plan_as_json(const core::Plan& plan);

/// CLONE_NEW* flags in words: "user", "mount". [pure]
[[nodiscard]] std::vector<std::string> namespace_words(int flags);

} // namespace microbox::cli
