// SPDX-License-Identifier: MIT
// Relay: keys to the sandbox's terminal, its output to the caller's, in the supervisor's one poll
// loop.
#pragma once

#include "core/run/events.hpp"
#include "core/terminal/caller.hpp"
#include "core/terminal/flow.hpp"

#include <microbox/sys/fd.hpp>

#include <chrono>
#include <functional>

namespace microbox::core {

class Relay {
public:
    struct Hooks {
        std::function<void()> output; ///< something came out: modes inside may have changed
        std::function<void()> taken;  ///< another program reads the caller's terminal
        std::function<void()> gone;   ///< the caller's terminal has hung up
    };

    Relay(Events& events, CallerTerminal& caller, Hooks hooks)
        : events_(events), caller_(caller), hooks_(std::move(hooks)) {}

    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;
    Relay(Relay&&) = delete;
    Relay& operator=(Relay&&) = delete;

    ~Relay() { close(); }

    void start(int master);
    /// Keys wait in the caller's terminal meanwhile, for us or for another.
    void read_keys(bool on);
    /// Before it is raw: what was typed until now as lines, with its ends of file.
    void take_lines();
    /// The output goes nowhere from here on, and holds nobody up.
    void discard();
    void close();

    /// What has come out until now is shown, as far as that takes no longer.
    void flush(std::chrono::milliseconds limit);
    /// After the sandbox's end: everything is shown, unless the user has had enough.
    void finish(int signals, const std::function<bool()>& give_up);

private:
    using Ready = void (Relay::*)(short);

    void arrange();
    void want(int fd, int events, int& current, Ready ready);
    void keys_ready(short happened);
    Flow::Moved take_line();
    void screen_ready(short happened);
    void master_ready(short happened);
    Flow::Moved fill_output(int master);
    void take_output();
    void show();
    void send_keys();
    void end_of_file();

    Events& events_;
    CallerTerminal& caller_;
    Hooks hooks_;
    int master_ = -1;
    Flow in_;
    Flow out_;
    int keys_events_ = 0;
    int screen_events_ = 0;
    int master_events_ = 0;
    bool reading_ = false;
    bool discarding_ = false;
    bool ended_ = false; ///< the sandbox's terminal is closed inside
};

} // namespace microbox::core
