// SPDX-License-Identifier: MIT
// Whether a process is in namespaces of its own.
#pragma once

#include <microbox/sdk/result.hpp>

namespace microbox::core {

/// types: CLONE_NEW* that must differ from ours. proc: its directory of /proc. Errors: "the KIND
/// namespace is the host's". [parent]
[[nodiscard]] sdk::Result<void> check_own_namespaces(int types, int proc);

} // namespace microbox::core
