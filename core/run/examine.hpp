// SPDX-License-Identifier: MIT
// What facts cannot tell a caller without root: whether a foothold can be had, and a /proc in it.
// Tried for real in a process of a moment; nothing is changed.
#pragma once

#include "core/host/caller.hpp"

#include <microbox/sdk/plugin.hpp>

#include <vector>

namespace microbox::core {

/// For doctor. Root of the host needs none of it: no findings.
[[nodiscard]] std::vector<sdk::Finding> examine_caller(const Caller& caller);

} // namespace microbox::core
