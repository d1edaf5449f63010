// SPDX-License-Identifier: MIT
// Guard: a process that outlives a killed microbox for a moment and gives the caller's terminal its
// modes back. It holds the terminal and the end of a pipe, nothing else.
#pragma once

#include <microbox/sys/fd.hpp>

#include <sys/types.h>
#include <termios.h>

namespace microbox::core {

class Guard {
public:
    Guard() = default;
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    Guard(Guard&&) = delete;
    Guard& operator=(Guard&&) = delete;

    ~Guard() { dismiss(); }

    /// Before the modes are changed: from then on a kill may come. Without memory for a process the
    /// run goes on without one.
    void post(int terminal, const termios& raw, const termios& before);
    /// Ends and reaps it. It does nothing more to the terminal.
    void dismiss();

private:
    pid_t pid_ = -1;
    sys::Fd lifeline_; ///< the only writing end
};

} // namespace microbox::core
