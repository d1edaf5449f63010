// SPDX-License-Identifier: MIT
#include "core/terminal/terminal.hpp"

#include "core/terminal/stop.hpp"

#include <cerrno>
#include <csignal>
#include <string>

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace microbox::core {

namespace {

constexpr unsigned slave_major = 136; ///< UNIX98_PTY_SLAVE_MAJOR
/// `fg` of a job that already runs tells it nothing, nor does the kernel of modes that change
/// inside: it looks for itself, while one of the two can matter.
constexpr std::chrono::milliseconds look{250};
/// For what a program writes when it is stopped, in front of the shell's prompt.
constexpr std::chrono::milliseconds last_words{300};

} // namespace

Terminal::Terminal(Streams streams, Events& events, Signal to_command)
    : streams_(streams),
      events_(events),
      to_command_(std::move(to_command)),
      caller_(streams),
      relay_(events,
             caller_,
             {[this] {
                  if (caller_.manner() != Manner::keys)
                      settle();
              },
              [this] { settle(); },
              [this] { hang_up(); }}) {}

sdk::Result<void> Terminal::adopt(sys::Fd master) {
    master_ = std::move(master);
    const termios inside = modes_inside(caller_.modes(), caller_.manner());
    if (!master_ || ::tcsetattr(master_.get(), TCSANOW, &inside) < 0)
        return sdk::fail_errno("set the modes of the sandbox's terminal", master_ ? errno : EBADF);
    resize();
    return {};
}

sdk::Result<void> Terminal::check(pid_t process) const {
    unsigned number = 0;
    if (::ioctl(master_.get(), TIOCGPTN, &number) < 0)
        return sdk::fail_errno("number of the sandbox's terminal", errno);
    for (unsigned fd = 0; fd < 3; ++fd) {
        if ((streams_ >> fd & 1U) == 0)
            continue;
        const std::string path = "/proc/" + std::to_string(process) + "/fd/" + std::to_string(fd);

        struct stat inside {};

        struct stat outside {};

        if (::stat(path.c_str(), &inside) < 0 || ::fstat(static_cast<int>(fd), &outside) < 0)
            return sdk::fail_errno("verification: stream " + std::to_string(fd), errno);
        // Another instance of devpts, and there the one that is ours.
        if (inside.st_dev == outside.st_dev || inside.st_rdev != makedev(slave_major, number))
            return sdk::fail("verification: stream " + std::to_string(fd) +
                             " of the command is not the sandbox's own terminal");
    }
    return {};
}

void Terminal::start() {
    relay_.start(master_.get());
    resize(); // what was signalled during the start has been taken for the signals that end it
    settle();
}

/// Who reads the caller's terminal now, and in which modes.
void Terminal::settle() {
    if (over_)
        return;
    // A SIGCONT comes with the SIGHUP (tty_signal_session_leader), perhaps before poll says so.
    if (caller_.is_gone())
        return hang_up();
    const Manner manner = caller_.manner();
    termios inside{};
    const bool keys = ::tcgetattr(master_.get(), &inside) == 0 && wants_keys(inside, manner);
    const bool ours = caller_.is_ours();
    if (stopped_ && caller_.is_in_front())
        go_on();
    const bool taken = ours && caller_.is_used_by_another();
    if (!ours)
        caller_.forget_raw();
    else if (!keys)
        caller_.leave_raw();
    else if (!taken)
        enter_raw(inside);
    relay_.read_keys(ours && !taken && (keys || manner == Manner::lines));
    if (!ours || manner != Manner::keys)
        look_again_later();
}

void Terminal::enter_raw(const termios& inside) {
    if (!caller_.is_raw())
        relay_.take_lines();
    caller_.enter_raw(inside);
}

void Terminal::look_again_later() {
    if (std::exchange(waiting_, true))
        return;
    events_.at(Events::Clock::now() + look, [this]() -> sdk::Result<void> {
        waiting_ = false;
        settle();
        return {};
    });
}

void Terminal::resize() const {
    // The kernel tells the foreground group inside (SIGWINCH), and only when it differs.
    const winsize size = caller_.size();
    static_cast<void>(::ioctl(master_.get(), TIOCSWINSZ, &size));
}

bool Terminal::takes(int signal, bool from_terminal) {
    if (over_)
        return false;
    switch (signal) {
    case SIGWINCH:
        resize();
        return true;
    case SIGCONT:
        resume();
        return true;
    case SIGINT:
    case SIGQUIT:
        // To the group that has the terminal inside: a job of the command's, perhaps.
        return from_terminal && ::ioctl(master_.get(), TIOCSIG, signal) == 0;
    case SIGTSTP:
        if (!from_terminal || ::ioctl(master_.get(), TIOCSIG, signal) < 0)
            to_command_(signal);
        suspend(from_terminal ? Stop::alone : Stop::at_once);
        return true;
    default:
        return false;
    }
}

/// Only in front is there somebody to continue us. In the background our group may be that of
/// timeout(1), and a stop would keep it, and our own time limit, from ending the sandbox: the
/// command stays stopped alone, as it does without a terminal. Where nobody has job control it goes
/// on.
void Terminal::command_stopped(int continued) {
    // Old news: a SIGCONT is on its way to it, or has reached it since.
    if (continued < continued_)
        return;
    if (caller_.is_in_front())
        suspend(Stop::group);
    else if (caller_.is_ours())
        go_on();
    else
        stopped_ = true;
}

void Terminal::suspend(Stop how) {
    relay_.flush(last_words);
    caller_.leave_raw();
    if (how == Stop::at_once)
        stop_at_once();
    else
        stop_as_by_key(how == Stop::group);
    resume();
}

void Terminal::resume() {
    settle();
    if (!over_)
        resize();
    go_on();
}

void Terminal::go_on() {
    stopped_ = false;
    ++continued_;
    to_command_(SIGCONT);
}

/// Closing the master is what hangs up inside (__tty_hangup in drivers/tty/tty_io.c): reads end,
/// writes fail, the foreground gets SIGHUP. A caller that ignores SIGHUP wants the command to live.
void Terminal::hang_up() {
    if (over_)
        return;
    over_ = true;
    caller_.forget_raw();

    struct sigaction action {};

    if (::sigaction(SIGHUP, nullptr, &action) == 0 && action.sa_handler == SIG_IGN)
        return relay_.discard();
    relay_.close();
    to_command_(SIGHUP);
    go_on(); // or a stopped one would not hear of it
    master_.reset();
}

void Terminal::finish(int signals, const std::function<bool()>& give_up) {
    relay_.finish(signals, give_up);
    over_ = true;
    caller_.leave_raw();
}

} // namespace microbox::core
