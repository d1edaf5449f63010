// SPDX-License-Identifier: MIT
// A system call filter that leaves a process its memory and one pipe.
#pragma once

namespace microbox::contract {

/// Exit code of a process that made another system call; its name went into the pipe.
inline constexpr int forbidden_call = 5;

/// For this process from now on. Ends it when the kernel has no filters.
void allow_memory_only(int pipe);

} // namespace microbox::contract
