// SPDX-License-Identifier: MIT
// Supervise: waits for the end of the command, forwards signals, keeps deadlines.
#pragma once

#include "core/run/state.hpp"

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <optional>

namespace microbox::core {

/// Blocks what is forwarded and opens a descriptor for it. Before anything can be left behind.
[[nodiscard]] sdk::Result<sys::Fd> take_signals();

/// A signal that arrived while the sandbox was being made and would have ended us: its number.
[[nodiscard]] std::optional<int> pending_end(int signals);

struct Ending {
    int status = 0;                        ///< wait status of the command
    bool command_ended = false;            ///< false: init was killed before it could tell
    std::optional<child::Message> refused; ///< the exec failed
    bool interrupted = false;              ///< two Ctrl-C within a second
};

/// From go until all processes of the sandbox are gone.
[[nodiscard]] sdk::Result<Ending> supervise(RunState& state, int signals);

} // namespace microbox::core
