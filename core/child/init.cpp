// SPDX-License-Identifier: MIT
// The freestanding init, pid 1 of every sandbox: holds the lifeline, starts the command, reaps,
// forwards signals. It is executed from a sealed memfd that the sandbox may run
// but not read, so it is not dumpable from its first instruction. No libc, no allocation, no data
// of the host.
#include "core/child/command.hpp"
#include "core/child/handover.hpp"
#include "core/child/passing.hpp"
#include "core/child/raw.hpp"
#include "core/child/terminal.hpp"

#include <asm/errno.h>
#include <asm/poll.h>
#include <asm/signal.h>
#include <linux/fcntl.h>
#include <linux/prctl.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/wait.h>

using namespace microbox::child;

namespace {

[[noreturn]] void leave(int code) {
    for (;;)
        raw(__NR_exit_group, code);
}

[[noreturn]] void give_up(int error) {
    tell_failure(fd_sync, Phase::init, 0, error);
    leave(1);
}

void need(long result) {
    if (result < 0)
        give_up(static_cast<int>(-result));
}

long map(std::size_t size, long protection, long flags, int fd) {
    return raw(__NR_mmap, 0, static_cast<long>(size), protection, flags, fd, 0);
}

const Program* map_program() {
    std::uint32_t size = 0;
    if (raw(__NR_pread64, fd_program, at(&size), sizeof size, 0) != sizeof size)
        give_up(EIO);
    constexpr long read_only = 1;
    constexpr long private_map = 2;
    const long address = map(size, read_only, private_map, fd_program);
    if (address < 0)
        give_up(static_cast<int>(-address));
    raw(__NR_close, fd_program);
    return reinterpret_cast<const Program*>(address); // NOLINT(performance-no-int-to-ptr)
}

std::size_t count_of(const Program* program, std::uint32_t offset) {
    const auto* strings = look<std::uint32_t>(program, offset);
    std::size_t n = 0;
    while (strings[n] != 0)
        ++n;
    return n;
}

const char** point(const Program* program, std::uint32_t offset, const char**& free) {
    const auto* strings = look<std::uint32_t>(program, offset);
    const char** const start = free;
    for (; *strings != 0; ++strings)
        *free++ = look<char>(program, *strings);
    *free++ = nullptr;
    return start;
}

Vectors make_vectors(const Program* program) {
    const std::size_t pointers = count_of(program, program->arguments) +
                                 count_of(program, program->environment) +
                                 count_of(program, program->candidates) + 3;
    constexpr long read_write = 3;
    constexpr long private_anonymous = 0x22;
    const long address = map(pointers * sizeof(char*), read_write, private_anonymous, -1);
    if (address < 0)
        give_up(static_cast<int>(-address));
    auto** free = reinterpret_cast<const char**>(address); // NOLINT(performance-no-int-to-ptr)
    Vectors vectors{};
    vectors.arguments = point(program, program->arguments, free);
    vectors.environment = point(program, program->environment, free);
    vectors.candidates = point(program, program->candidates, free);
    return vectors;
}

long start_command(const Program* program, const Vectors& vectors, Handover* handover) {
    const long flags =
        SIGCHLD | (program->init == 0 ? CLONE_NEWPID : 0) | (handover != nullptr ? CLONE_FILES : 0);
    const long pid = raw(__NR_clone, flags, 0, 0, 0, 0);
    if (pid != 0)
        return pid;
    Registers registers;
    registers.proc = fd_proc;
    // After the pivot the root is our own.
    registers.root =
        static_cast<int>(raw(__NR_openat, AT_FDCWD, at("/"), O_PATH | O_DIRECTORY | O_CLOEXEC));
    become_command(program, vectors, registers, handover);
}

bool tell_end(int status) {
    struct {
        long user[2], system[2], max_rss, rest[13];
    } usage{};

    constexpr long children = -1; // RUSAGE_CHILDREN: of all that was reaped
    raw(__NR_getrusage, children, at(&usage));
    Message message{};
    message.word = Word::ended;
    message.status = status;
    message.user_us = usage.user[0] * 1000000 + usage.user[1];
    message.system_us = usage.system[0] * 1000000 + usage.system[1];
    message.max_rss_kib = usage.max_rss;
    return raw(__NR_write, fd_sync, at(&message), sizeof message) == sizeof message;
}

/// What init knows of the command while it runs.
struct Watched {
    const Program* program;
    long command;
    bool stopped;  ///< with a terminal: by a key, by a signal, by itself
    int continued; ///< SIGCONT passed on, so that the supervisor knows what is old news
};

void tell_stop(Watched& watched) {
    watched.stopped = true;
    Message message{};
    message.word = Word::stopped;
    message.status = watched.continued;
    raw(__NR_write, fd_sync, at(&message), sizeof message);
}

/// Reaps everything that has ended; the end of the command is the end of the sandbox. A command
/// that stops at a terminal stops microbox, as a shell's job does; without one nobody asks.
void reap(Watched& watched) {
    const long options = WNOHANG | (watched.program->terminal != 0 ? WUNTRACED : 0);
    for (;;) {
        int status = 0;
        const long pid = raw(__NR_wait4, -1, at(&status), options, 0);
        if (pid == -EINTR)
            continue;
        if (pid == -ECHILD)
            leave(137); // nothing is left that could end
        if (pid <= 0)
            return;
        const bool stop = (status & 0xff) == 0x7f;
        if (pid != watched.command)
            continue;
        if (stop) {
            tell_stop(watched);
            continue;
        }
        // The kernel kills what is left of the pid namespace. An end that nobody has heard of is
        // not a success.
        leave(tell_end(status) ? 0 : 137);
    }
}

void forward(const Control& control, Watched& watched) {
    if (control.signal == SIGCONT) {
        ++watched.continued;
        // As a shell's fg: the terminal is the stopped command's again, whoever had it last.
        if (watched.stopped && watched.program->init != 0)
            give_terminal(watched.program, static_cast<int>(watched.command));
        watched.stopped = false;
    }
    raw(__NR_kill, control.group != 0 ? -watched.command : watched.command, control.signal);
}

/// A listener that does not come to the supervisor would leave the command waiting at every refused
/// call.
bool hand_over(const Handover* handover) {
    const int listener = look_for_listener(handover);
    if (listener == 0)
        return false;
    if (listener > 0) {
        const int failed = send_descriptor(fd_sync, Word::listener, listener);
        if (failed < 0)
            give_up(-failed);
        close_fd(listener);
    }
    close_fd(handover->wake);
    return true;
}

[[noreturn]] void wait_for_the_end(Watched watched, int signals, const Handover* handover) {
    bool announced = false; // a filter is being loaded: some ten microseconds
    for (;;) {
        struct {
            int fd;
            short events, happened;
        } polled[3] = {{fd_control, POLLIN, 0},
                       {signals, POLLIN, 0},
                       {handover != nullptr && !announced ? handover->wake : -1, POLLIN, 0}};

        struct {
            long seconds, nanoseconds;
        } soon{0, 20000};

        raw(__NR_ppoll, at(polled), 3, announced ? at(&soon) : 0, 0, 8);
        announced = announced || polled[2].happened != 0;
        if (announced && hand_over(handover)) {
            announced = false;
            handover = nullptr;
        }
        if (polled[1].happened != 0) {
            char record[128];
            raw(__NR_read, signals, at(record), sizeof record);
            reap(watched);
        }
        if (polled[0].happened != 0) {
            Control control{};
            const long got = raw(__NR_read, fd_control, at(&control), sizeof control);
            if (got == 0)
                leave(137); // the supervisor is gone, however that came
            if (got == sizeof control)
                forward(control, watched);
        }
    }
}

} // namespace

extern "C" [[noreturn]] void init_main() {
    need(raw(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL));
    need(raw(__NR_prctl, PR_SET_DUMPABLE, 0));
    raw(__NR_prctl, PR_SET_NAME, at("mbx-init")); // for people only
    const unsigned long all = ~0UL;
    constexpr long set_mask = 2;
    need(raw(__NR_rt_sigprocmask, set_mask, at(&all), 0, 8));
    const Program* program = map_program();
    const Vectors vectors = make_vectors(program);
    const unsigned long child_signal = 1UL << (SIGCHLD - 1);
    const long signals = raw(__NR_signalfd4, -1, at(&child_signal), 8, O_CLOEXEC | O_NONBLOCK);
    Handover* handover = nullptr;
    if (program->listens != 0) {
        int error = 0;
        handover = make_handover(error);
        if (handover == nullptr)
            give_up(error);
    }
    const long command = start_command(program, vectors, handover);
    if (signals < 0 || command < 0)
        give_up(static_cast<int>(-(signals < 0 ? signals : command)));
    wait_for_the_end({program, command, false, 0}, static_cast<int>(signals), handover);
}

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n xor %ebp, %ebp\n and $-16, %rsp\n call init_main\n hlt\n");
#elif defined(__aarch64__)
__asm__(".globl _start\n_start:\n mov x29, #0\n mov x30, #0\n bl init_main\n brk #0\n");
#endif
