// SPDX-License-Identifier: MIT
// JSON text to Profile. [pure]
#pragma once

#include "profile.hpp"

#include <microbox/sdk/result.hpp>

#include <string_view>

namespace microbox::seccomp {

/// Errors: text that is not JSON; whatever in it is not understood, by name and place. Nothing is
/// skipped: a rule that is not held would be a hole that nobody sees.
[[nodiscard]] sdk::Result<Profile> parse_profile(std::string_view text);

} // namespace microbox::seccomp
