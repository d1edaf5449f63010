// SPDX-License-Identifier: MIT
// CallerTerminal: the caller's side. Its modes are back whatever ends the run: by the destructor,
// by the guard when microbox is killed.
#pragma once

#include "core/terminal/guard.hpp"
#include "core/terminal/manner.hpp"

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <cstddef>

#include <sys/ioctl.h>
#include <termios.h>

namespace microbox::core {

class CallerTerminal {
public:
    explicit CallerTerminal(Streams terminals) : terminals_(terminals) {}

    CallerTerminal(const CallerTerminal&) = delete;
    CallerTerminal& operator=(const CallerTerminal&) = delete;
    CallerTerminal(CallerTerminal&&) = delete;
    CallerTerminal& operator=(CallerTerminal&&) = delete;

    ~CallerTerminal() { leave_raw(); }

    [[nodiscard]] sdk::Result<void> open();

    [[nodiscard]] Manner manner() const { return manner_of(terminals_); }

    [[nodiscard]] int keys() const { return keys_.get(); }

    [[nodiscard]] int screen() const { return screen_.get(); }

    /// What one write may be: all, or little where a write could block.
    [[nodiscard]] std::size_t most_bytes() const { return may_block_ ? 64 : SIZE_MAX; }

    /// As they were when the run began.
    [[nodiscard]] const termios& modes() const { return modes_; }

    [[nodiscard]] winsize size() const;

    /// Our process group has the terminal, or it is nobody's to have.
    [[nodiscard]] bool is_ours() const;
    /// The first of the two: a shell with job control has put us in front.
    [[nodiscard]] bool is_in_front() const;
    /// Hung up: the window was closed, the connection has ended.
    [[nodiscard]] bool is_gone() const;
    /// Another program has taken it for single keys: a pager behind our output.
    [[nodiscard]] bool is_used_by_another() const;

    /// Its line ends are made here, though the sandbox's terminal makes them too: in the background
    /// the modes are not ours to set.
    [[nodiscard]] bool adds_returns() const;

    [[nodiscard]] bool is_raw() const { return raw_; }

    /// Again when the modes inside are others by now.
    void enter_raw(const termios& inside);
    void leave_raw();
    /// A shell has taken the terminal from us, and has set the modes that it wants.
    void forget_raw();

private:
    Streams terminals_;
    sys::Fd keys_;
    sys::Fd screen_;
    bool may_block_ = false;
    bool raw_ = false;
    termios modes_{};
    termios before_{};   ///< raw mode; the user may have changed them since the start
    tcflag_t local_ = 0; ///< c_lflag of the raw mode
    Guard guard_;
};

} // namespace microbox::core
