// SPDX-License-Identifier: MIT
// The state folder: /run/microbox as root. Everything in it may vanish at a reboot.
#pragma once

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <string>

namespace microbox::core {

/// Mode 0700, made when it is missing; its owner and mode are checked by descriptor.
struct StateFolder {
    std::string path;  ///< "/run/microbox"
    sys::Fd directory; ///< of path
    sys::Fd runs;      ///< of path/runs: one journal for each run
};

/// Errors: somebody else's folder, or one that others can write.
[[nodiscard]] sdk::Result<StateFolder> open_state();

/// path/shared: one file for each plugin whose runs share something. Made when it is missing: only
/// the runs of such plugins ask for it.
[[nodiscard]] sdk::Result<sys::Fd> open_shared(const StateFolder& state);

} // namespace microbox::core
