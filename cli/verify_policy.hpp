// SPDX-License-Identifier: MIT
// A policy's assertions, each in a fresh sandbox.
#pragma once

#include "cli/verbs.hpp"
#include "core/verify/finding.hpp"

#include <microbox/sdk/result.hpp>

#include <string>

namespace microbox::cli {

/// `words`: the options of the command line, which come after the policy's. Errors: a file that
/// cannot be read or is no policy.
[[nodiscard]] sdk::Result<core::Findings> check_policy(const std::string& file, const Words& words);

} // namespace microbox::cli
