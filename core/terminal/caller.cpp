// SPDX-License-Identifier: MIT
// The descriptors are opened anew: O_NONBLOCK belongs to the open file, which we share with the
// caller's shell and everything that it has started.
#include "core/terminal/caller.hpp"

#include <cerrno>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace microbox::core {

namespace {

int first_of(Streams terminals, std::initializer_list<int> order) {
    for (const int fd : order)
        if ((terminals >> static_cast<unsigned>(fd) & 1U) != 0)
            return fd;
    return STDERR_FILENO;
}

/// Where that is refused (a terminal of another user's, handed down): the shared open file, with
/// care at each read and write.
sys::Fd open_anew(int fd, bool& may_block) {
    sys::Fd opened(::open(("/proc/self/fd/" + std::to_string(fd)).c_str(),
                          O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    if (opened)
        return opened;
    may_block = true;
    constexpr int above_standard = 3;
    return sys::Fd(::fcntl(fd, F_DUPFD_CLOEXEC, above_standard));
}

/// Modes that another program has set for itself: the shell's line editor while we are in the
/// background, a pager behind our output that was faster than we.
void make_ordinary(termios& modes) {
    modes.c_iflag |= static_cast<tcflag_t>(ICRNL | IXON);
    modes.c_oflag |= static_cast<tcflag_t>(OPOST | ONLCR);
    modes.c_lflag |= static_cast<tcflag_t>(ISIG | ICANON | IEXTEN | ECHO | ECHOE | ECHOK);
}

} // namespace

sdk::Result<void> CallerTerminal::open() {
    keys_ = open_anew(first_of(terminals_, {0, 1, 2}), may_block_);
    screen_ = open_anew(first_of(terminals_, {1, 2, 0}), may_block_);
    if (!keys_ || !screen_ || ::tcgetattr(keys_.get(), &modes_) < 0)
        return sdk::fail_errno("use the caller's terminal", errno, "--no-tty does without");
    if ((modes_.c_lflag & ICANON) == 0 && (manner() != Manner::keys || !is_ours()))
        make_ordinary(modes_);
    return {};
}

winsize CallerTerminal::size() const {
    winsize size{};
    static_cast<void>(::ioctl(screen_.get(), TIOCGWINSZ, &size));
    return size;
}

bool CallerTerminal::is_ours() const {
    const pid_t group = ::tcgetpgrp(keys_.get());
    // ENOTTY: not our controlling terminal, so that no shell's job control is in the way.
    return group < 0 ? errno == ENOTTY : group == ::getpgrp();
}

bool CallerTerminal::is_in_front() const {
    return ::tcgetpgrp(keys_.get()) == ::getpgrp();
}

bool CallerTerminal::is_gone() const {
    termios now{};
    return ::tcgetattr(keys_.get(), &now) < 0 && errno == EIO;
}

bool CallerTerminal::is_used_by_another() const {
    termios now{};
    return manner() != Manner::keys && !raw_ && ::tcgetattr(keys_.get(), &now) == 0 &&
           (now.c_lflag & ICANON) == 0;
}

bool CallerTerminal::adds_returns() const {
    constexpr auto both = static_cast<tcflag_t>(OPOST | ONLCR);
    termios now{};
    return manner() == Manner::keys && !raw_ && ::tcgetattr(screen_.get(), &now) == 0 &&
           (now.c_oflag & both) == both;
}

void CallerTerminal::enter_raw(const termios& inside) {
    if (!raw_ && ::tcgetattr(keys_.get(), &before_) < 0)
        return;
    const termios raw = raw_modes(before_, inside, manner());
    if (raw_ && raw.c_lflag == local_)
        return;
    local_ = raw.c_lflag;
    guard_.post(keys_.get(), raw, before_);
    // Now, not when all is written (TCSADRAIN): a terminal that nobody reads would hold us up.
    if (::tcsetattr(keys_.get(), TCSANOW, &raw) == 0)
        raw_ = true;
    else
        guard_.dismiss();
}

void CallerTerminal::leave_raw() {
    if (!raw_)
        return;
    // In the background the kernel would stop us for this (SIGTTOU); the shell has done it then.
    if (is_ours())
        ::tcsetattr(keys_.get(), TCSANOW, &before_);
    forget_raw();
}

void CallerTerminal::forget_raw() {
    raw_ = false;
    guard_.dismiss();
}

} // namespace microbox::core
