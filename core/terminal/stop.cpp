// SPDX-License-Identifier: MIT
// SIGTSTP and SIGCONT are blocked for the whole run (supervise.cpp): a SIGTSTP waits until it is
// let through, and a SIGCONT continues us all the same and stays in the queue.
#include "core/terminal/stop.hpp"

#include <csignal>
#include <ctime>

#include <unistd.h>

namespace microbox::core {

namespace {

sigset_t only(int signal) {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, signal);
    return set;
}

void forget_continue() {
    const sigset_t set = only(SIGCONT);
    const timespec at_once{};
    while (::sigtimedwait(&set, nullptr, &at_once) > 0) {
    }
}

} // namespace

void stop_as_by_key(bool group) {
    const sigset_t set = only(SIGTSTP);
    ::kill(group ? 0 : ::getpid(), SIGTSTP);
    ::sigprocmask(SIG_UNBLOCK, &set, nullptr); // here we stand still
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    forget_continue();
}

void stop_at_once() {
    ::kill(::getpid(), SIGSTOP);
    forget_continue();
}

} // namespace microbox::core
