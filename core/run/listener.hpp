// SPDX-License-Identifier: MIT
// The listener of a filter, from init to the plugin whose filter it is (core/child/handover.hpp).
#pragma once

#include "core/run/state.hpp"

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

namespace microbox::core {

/// Errors: it did not arrive (no descriptor was free), nobody answers it, or the plugin's own.
[[nodiscard]] sdk::Result<void> take_listener(RunState& state, sys::Fd listener);

} // namespace microbox::core
