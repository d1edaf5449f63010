// SPDX-License-Identifier: MIT
// The command's process: from init's clone to the exec.
#pragma once

#include "core/child/execute.hpp"
#include "core/child/handover.hpp"

namespace microbox::child {

/// argv, envp and the paths to try, as arrays of pointers into the program.
struct Vectors {
    const char** arguments;
    const char** environment;
    const char** candidates;
};

/// Never returns: executes the command, or tells the supervisor why not. `handover` is for a filter
/// with a listener, else nullptr.
[[noreturn]] void become_command(const Program* program,
                                 const Vectors& vectors,
                                 Registers registers,
                                 Handover* handover);

/// Sends a failure to the supervisor. The socket is CLOEXEC or the process ends.
void tell_failure(int sync, Phase phase, std::uint32_t operation, int error);

} // namespace microbox::child
