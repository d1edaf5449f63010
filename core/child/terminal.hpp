// SPDX-License-Identifier: MIT
// The sandbox's own terminal, from the inside: made in its devpts, put over the standard streams
// that were the caller's, taken as the controlling terminal. Each returns 0 or -errno.
#pragma once

#include "core/child/program.hpp"

namespace microbox::child {

/// After the pivot: makes the pair, sends the master's end over the socket (Word::terminal), and
/// leaves the slave's end on every stream of program->terminal.
int make_terminal(const Program* program, int sync);

/// The calling session's leader takes the terminal.
int lead_terminal(const Program* program);

/// The process group becomes the one that the terminal's keys reach. SIGTTOU is blocked.
int give_terminal(const Program* program, int group);

} // namespace microbox::child
