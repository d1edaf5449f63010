// SPDX-License-Identifier: MIT
#include "newborn.hpp"

#include "settings.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace microbox::net_pasta {

namespace {

void put(int where, const char* text) {
    if (::write(where, text, std::strlen(text)) < 0) {
        // Nobody is left to be told.
    }
}

void need(bool done, const Newborn& newborn, const char* what) {
    if (done)
        return;
    const char* const why = ::strerrordesc_np(errno);
    put(newborn.words, what);
    put(newborn.words, ": ");
    put(newborn.words, why == nullptr ? "unknown error" : why);
    put(newborn.words, "\n");
    ::_exit(127);
}

/// What is ignored or blocked stays so over an exec.
void reset_signals() {
    struct sigaction usual {};

    usual.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number)
        ::sigaction(number, &usual, nullptr);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Over the folder of the host's, in mounts that nobody else sees.
void make_own_tun(const Newborn& newborn) {
    constexpr unsigned tun_major = 10;
    constexpr unsigned tun_minor = 200;
    constexpr mode_t everybody = 0666;
    need(::unshare(CLONE_NEWNS) == 0, newborn, "own mounts");
    need(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, newborn, "own mounts");
    need(::mount("tun", "/dev/net", "tmpfs", MS_NOSUID | MS_NOEXEC, "size=4k,mode=755") == 0,
         newborn,
         "a tmpfs on /dev/net");
    need(::mknod(tun_device, S_IFCHR | everybody, ::makedev(tun_major, tun_minor)) == 0 &&
             ::chmod(tun_device, everybody) == 0,
         newborn,
         "a tun device of its own");
}

/// Rights over the cell and nothing else.
void enter_cell(const Newborn& newborn) {
    need(::setns(newborn.users, CLONE_NEWUSER) == 0, newborn, "enter its user namespace");
    // Without subordinate ids a user's groups stay: the kernel has refused to drop them
    // (user_namespaces(7), setgroups), and the access that they deny with them.
    need(::setgroups(0, nullptr) == 0 || errno == EPERM, newborn, "drop the groups");
    need(::setresgid(0, 0, 0) == 0, newborn, "its group");
    need(::setresuid(0, 0, 0) == 0, newborn, "its user");
}

} // namespace

void become_pasta(Newborn& newborn) {
    reset_signals();
    if (newborn.own_tun)
        make_own_tun(newborn);
    ::setsid();
    ::umask(077);
    need(::chdir("/") == 0, newborn, "chdir /");
    enter_cell(newborn);
    // Behind the change of ids, which would clear it (commit_creds, kernel/cred.c). Who has ended
    // before sends no signal, but closes the pipe.
    need(::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0, newborn, "to end with microbox");
    char byte = 0;
    ssize_t got = 0;
    while ((got = ::read(newborn.go, &byte, 1)) < 0 && errno == EINTR) {
    }
    if (got != 1)
        ::_exit(0);
    // To numbers that none of them has, so that none is overwritten before its turn.
    constexpr int free_from = 64;
    std::array<int, 3> standard = {newborn.network, newborn.ready, newborn.words};
    for (int& fd : standard)
        fd = ::fcntl(fd, F_DUPFD, free_from);
    for (int i = 0; i < 3; ++i)
        need(::dup2(standard.at(static_cast<std::size_t>(i)), i) == i, newborn, "dup2");
    need(::syscall(SYS_close_range, 3U, ~0U, 0U) == 0, newborn, "close_range");
    newborn.words = 2;
    std::array<char*, 1> environment = {nullptr};
    ::execve(newborn.arguments.front(), newborn.arguments.data(), environment.data());
    need(false, newborn, newborn.arguments.front());
    ::_exit(127);
}

} // namespace microbox::net_pasta
