// SPDX-License-Identifier: MIT
// The child from its birth to the exec of init. Raw system calls over a finished program only.
#pragma once

#include "core/child/program.hpp"

namespace microbox::child {

/// What the parent hands over beside the program. Descriptor numbers of the parent's table.
struct Cradle {
    int sync;      ///< socket to the supervisor
    int control;   ///< reading end of the lifeline
    int program;   ///< memfd with the program
    int init;      ///< memfd with init's image
    long unshared; ///< namespaces that it makes itself, beside the parent's work
};

[[noreturn]] void be_born(const Program* program, const Cradle& cradle);

} // namespace microbox::child
