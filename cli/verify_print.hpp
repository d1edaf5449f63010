// SPDX-License-Identifier: MIT
// What a verification has found, for people, for programs, for CI servers. [pure]
#pragma once

#include "core/verify/finding.hpp"

#include <string>

namespace microbox::cli {

/// One line each, what is broken once more at the end, and a sum.
[[nodiscard]] std::string findings_as_text(const core::Findings& findings);
[[nodiscard]] std::string findings_as_json(const core::Findings& findings);
/// JUnit XML: what is broken is a failure, what cannot be tested is skipped.
[[nodiscard]] std::string findings_as_junit(const core::Findings& findings);

} // namespace microbox::cli
