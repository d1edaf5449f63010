// SPDX-License-Identifier: MIT
// The pair comes from the sandbox's devpts, so that its name inside (/dev/pts/0, ttyname(3),
// /proc/self/fd/0) is true and nothing of the host's devpts is needed. The slave's end is taken
// from the master's descriptor (TIOCGPTPEER) and never opened by name.
#include "core/child/terminal.hpp"

#include "core/child/passing.hpp"
#include "core/child/raw.hpp"

#include <asm/errno.h>
#include <asm/ioctls.h>
#include <asm/statfs.h>
#include <linux/fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>

namespace microbox::child {

namespace {

constexpr int streams = 3;
constexpr long tty_group = 5; ///< as the mount's gid=5: write(1) and its like
constexpr long tty_mode = 0620;

/// The multiplexer of the sandbox's own devpts, and the kernel's word that it is one.
int open_multiplexer() {
    open_how how{};
    how.flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
    how.resolve = RESOLVE_NO_SYMLINKS;
    const int fd =
        static_cast<int>(raw(__NR_openat2, AT_FDCWD, at("/dev/pts/ptmx"), at(&how), sizeof how));
    if (fd < 0)
        return fd;

    struct statfs of {};

    const long failed = raw(__NR_fstatfs, fd, at(&of));
    if (failed == 0 && of.f_type == DEVPTS_SUPER_MAGIC)
        return fd;
    close_fd(fd);
    return failed < 0 ? static_cast<int>(failed) : -ENOTTY;
}

/// The other end, which belongs to the command's user from here on.
int open_slave(int master, std::uint32_t user) {
    const int unlocked = 0;
    long done = raw(__NR_ioctl, master, TIOCSPTLCK, at(&unlocked));
    if (done < 0)
        return static_cast<int>(done);
    const int slave =
        static_cast<int>(raw(__NR_ioctl, master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (slave < 0)
        return slave;
    done = raw(__NR_fchown, slave, user, tty_group);
    if (done == 0)
        done = raw(__NR_fchmod, slave, tty_mode);
    if (done == 0)
        return slave;
    close_fd(slave);
    return static_cast<int>(done);
}

int first_stream(const Program* program) {
    int fd = 0;
    while (fd + 1 < streams && (program->terminal >> static_cast<unsigned>(fd) & 1U) == 0)
        ++fd;
    return fd;
}

} // namespace

int make_terminal(const Program* program, int sync) {
    const int master = open_multiplexer();
    if (master < 0)
        return master;
    const int slave = open_slave(master, program->terminal_user);
    long done = slave < 0 ? slave : send_descriptor(sync, Word::terminal, master);
    close_fd(master);
    for (int fd = 0; done >= 0 && fd < streams; ++fd)
        if ((program->terminal >> static_cast<unsigned>(fd) & 1U) != 0)
            done = raw(__NR_dup3, slave, fd, 0);
    close_fd(slave);
    return done < 0 ? static_cast<int>(done) : 0;
}

int lead_terminal(const Program* program) {
    return static_cast<int>(raw(__NR_ioctl, first_stream(program), TIOCSCTTY, 0));
}

int give_terminal(const Program* program, int group) {
    return static_cast<int>(raw(__NR_ioctl, first_stream(program), TIOCSPGRP, at(&group)));
}

} // namespace microbox::child
