// SPDX-License-Identifier: MIT
// The traced program before its first instruction.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace microbox::faults {

/// Who is started, and as whom.
struct Program {
    std::vector<std::string> words;
    std::vector<std::string> environment; ///< empty: ours
    uid_t user = 0;                       ///< 0: as we are
};

/// In the child: waits until the gate closes, then executes the program.
[[noreturn]] void become(Program& program, int gate);

/// AT_ENTRY of its auxiliary vector: where the program begins when ld.so is done.
[[nodiscard]] unsigned long entry_of(pid_t pid);

} // namespace microbox::faults
