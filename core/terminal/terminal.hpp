// SPDX-License-Identifier: MIT
// Terminal: the sandbox's own terminal and the caller's, joined for one run. Job control is that of
// a shell's job: what stops the command stops microbox.
#pragma once

#include "core/terminal/caller.hpp"
#include "core/terminal/relay.hpp"

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <functional>

#include <sys/types.h>

namespace microbox::core {

class Terminal {
public:
    using Signal = std::function<void(int signal)>;

    /// to_command: sends a signal to the command's process group.
    Terminal(Streams streams, Events& events, Signal to_command);

    /// Before anything is taken: the caller's side.
    [[nodiscard]] sdk::Result<void> open() { return caller_.open(); }

    /// The master's end, as the sandbox has sent it: gets the caller's modes and size.
    [[nodiscard]] sdk::Result<void> adopt(sys::Fd master);
    /// The kernel's word that the streams of a process of the sandbox are what they should be.
    [[nodiscard]] sdk::Result<void> check(pid_t process) const;
    void start();

    /// True when the signal needs no passing on: the terminal has done it.
    [[nodiscard]] bool takes(int signal, bool from_terminal);

    /// Keys go in as they are: those that make signals are the command's, which may be an editor.
    [[nodiscard]] bool passes_keys() const { return caller_.is_raw(); }

    /// The command was stopped, after `continued` of our SIGCONT had reached it.
    void command_stopped(int continued);

    /// After the sandbox's end, and in front of every message. give_up: a signal has come that ends
    /// the wait for a terminal which takes nothing.
    void finish(int signals, const std::function<bool()>& give_up);

private:
    enum class Stop { group, alone, at_once };

    void settle();
    void enter_raw(const termios& inside);
    void look_again_later();
    void resize() const;
    void suspend(Stop how);
    void resume();
    void go_on();
    void hang_up();

    Streams streams_;
    Events& events_;
    Signal to_command_;
    CallerTerminal caller_;
    sys::Fd master_;
    Relay relay_; ///< behind what it uses
    int continued_ = 0;
    bool stopped_ = false; ///< the command alone
    bool waiting_ = false; ///< a look at the caller's terminal is due
    bool over_ = false;    ///< the caller's terminal is gone, or the run is
};

} // namespace microbox::core
