// SPDX-License-Identifier: MIT
// --tty and --no-tty.
#pragma once

#include "core/config/settings.hpp"
#include "core/terminal/streams.hpp"

#include <microbox/sdk/result.hpp>

namespace microbox::core {

/// The streams that become the sandbox's own terminal. `terminals`: those of the caller that are
/// one. Errors: --tty without any; both options from one place. [pure]
[[nodiscard]] sdk::Result<Streams> choose_terminal(const Settings& settings, Streams terminals);

} // namespace microbox::core
