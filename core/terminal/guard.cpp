// SPDX-License-Identifier: MIT
// In a session of its own: a kill of microbox's process group does not reach it, and the kernel
// lets a process set the modes of a terminal that is not its controlling one (tty_check_change in
// drivers/tty/tty_jobctrl.c). By then the caller's shell may have set modes of its own, for its
// line editor: those are not touched.
#include "core/terminal/guard.hpp"

#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace microbox::core {

namespace {

/// Without c_cflag: a driver may round what is asked of the line.
bool are_same(const termios& one, const termios& other) {
    return one.c_iflag == other.c_iflag && one.c_oflag == other.c_oflag &&
           one.c_lflag == other.c_lflag && std::memcmp(one.c_cc, other.c_cc, sizeof one.c_cc) == 0;
}

[[noreturn]] void keep_watch(int pipe, int terminal, const termios& raw, const termios& before) {
    constexpr int own_pipe = 0;
    constexpr int own_terminal = 1;
    ::dup2(pipe, own_pipe);
    ::dup2(terminal, own_terminal);
    // All else, the sandbox's lifeline first of all, must not stay open because of us.
    ::syscall(SYS_close_range, 2U, ~0U, 0U);
    ::setsid();
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_BLOCK, &all, nullptr);
    ::prctl(PR_SET_NAME, "mbx-guard");
    char none = 0;
    while (::read(own_pipe, &none, 1) > 0) {
    }
    termios now{};
    if (::tcgetattr(own_terminal, &now) == 0 && are_same(now, raw))
        ::tcsetattr(own_terminal, TCSANOW, &before);
    ::_exit(0);
}

} // namespace

void Guard::post(int terminal, const termios& raw, const termios& before) {
    dismiss();
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0)
        return;
    const sys::Fd reading(ends[0]);
    lifeline_.reset(ends[1]);
    pid_ = ::fork();
    if (pid_ == 0)
        keep_watch(reading.get(), terminal, raw, before);
    if (pid_ < 0)
        lifeline_.reset();
}

void Guard::dismiss() {
    if (pid_ <= 0)
        return;
    // Our own child and not reaped yet: the number is still its.
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
    lifeline_.reset();
}

} // namespace microbox::core
