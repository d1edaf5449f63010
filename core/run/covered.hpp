// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace microbox::core {

/// Why a kernel's file system ("/proc", "/sys") cannot be mounted anew by this process: what is
/// covered of the one that is here must stay covered (mount_too_revealing in fs/namespace.c). The
/// mount in the way, and how a container is started without it.
[[nodiscard]] std::string hint_for_covered(const std::string& point);

} // namespace microbox::core
