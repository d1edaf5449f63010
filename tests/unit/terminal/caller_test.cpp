// SPDX-License-Identifier: MIT
// The guard and the caller's side over a pair of this process's own.
#include "core/terminal/caller.hpp"
#include "core/terminal/guard.hpp"

#include <microbox/sys/fd.hpp>

#include <csignal>
#include <cstring>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace microbox::core {

namespace {

struct Pty {
    Pty() : master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
        char name[64] = "";
        EXPECT_EQ(::unlockpt(master.get()), 0);
        EXPECT_EQ(::ptsname_r(master.get(), name, sizeof name), 0);
        slave.reset(::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
    }

    [[nodiscard]] termios modes() const {
        termios now{};
        EXPECT_EQ(::tcgetattr(slave.get(), &now), 0);
        return now;
    }

    sys::Fd master;
    sys::Fd slave;
};

bool are_same(const termios& one, const termios& other) {
    return one.c_iflag == other.c_iflag && one.c_oflag == other.c_oflag &&
           one.c_lflag == other.c_lflag && std::memcmp(one.c_cc, other.c_cc, NCCS) == 0;
}

/// In a process of its own, whose standard streams are the terminal: what `act` returns is its
/// code.
template <class Act>
int in_a_process(const Pty& pty, Act act) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        for (const int fd : {0, 1, 2})
            ::dup2(pty.slave.get(), fd);
        act();
        ::_exit(77);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool come_back(const Pty& pty, const termios& modes) {
    for (int i = 0; i < 2000; ++i) {
        if (are_same(pty.modes(), modes))
            return true;
        ::usleep(5000);
    }
    return false;
}

} // namespace

TEST(CallerTerminal, LeavesTheSharedOpenFileAsItWas) {
    const Pty pty;
    const int before = ::fcntl(pty.slave.get(), F_GETFL);
    EXPECT_EQ(in_a_process(pty,
                           [] {
                               CallerTerminal caller(stream_in | stream_out);
                               const bool open = caller.open().ok();
                               const int flags = ::fcntl(caller.screen(), F_GETFL);
                               ::_exit(open && (flags & O_NONBLOCK) != 0 ? 0 : 1);
                           }),
              0);
    EXPECT_EQ(::fcntl(pty.slave.get(), F_GETFL), before);
}

TEST(CallerTerminal, IsRawOnlyForItsTime) {
    const Pty pty;
    const termios before = pty.modes();
    EXPECT_EQ(in_a_process(pty,
                           [&] {
                               {
                                   CallerTerminal caller(stream_in | stream_out);
                                   if (!caller.open().ok())
                                       ::_exit(1);
                                   caller.enter_raw(before);
                                   if (!caller.is_raw() || are_same(pty.modes(), before))
                                       ::_exit(2);
                               }
                               // The guard was a child, and has been waited for.
                               ::_exit(::waitpid(-1, nullptr, 0) < 0 ? 0 : 3);
                           }),
              0);
    EXPECT_TRUE(are_same(pty.modes(), before));
}

TEST(CallerTerminal, HasItsModesBackAfterAKill) {
    const Pty pty;
    const termios before = pty.modes();
    EXPECT_EQ(in_a_process(pty,
                           [&] {
                               CallerTerminal caller(stream_in | stream_out);
                               if (!caller.open().ok())
                                   ::_exit(1);
                               caller.enter_raw(before);
                               if (are_same(pty.modes(), before))
                                   ::_exit(2);
                               ::kill(::getpid(), SIGKILL);
                           }),
              128 + SIGKILL);
    EXPECT_TRUE(come_back(pty, before));
}

TEST(CallerTerminal, AHangUpIsSeen) {
    Pty pty;
    CallerTerminal caller(stream_in);
    const sys::Fd kept(::dup(STDIN_FILENO));
    ::dup2(pty.slave.get(), STDIN_FILENO);
    const bool open = caller.open().ok();
    ::dup2(kept.get(), STDIN_FILENO);
    ASSERT_TRUE(open);
    EXPECT_FALSE(caller.is_gone());
    EXPECT_EQ(caller.manner(), Manner::lines);
    pty.master.reset();
    EXPECT_TRUE(caller.is_gone());
}

} // namespace microbox::core
