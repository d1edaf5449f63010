// SPDX-License-Identifier: MIT
// The last steps, in the only order that works with every option (seccomp last: what follows it is
// execve, write and exit_group, so that a filter of the user's needs to allow no more).
#include "core/child/command.hpp"

#include "core/child/raw.hpp"
#include "core/child/terminal.hpp"

#include <asm/errno.h>
#include <asm/signal.h>
#include <linux/close_range.h>
#include <linux/fcntl.h>

namespace microbox::child {

namespace {

constexpr int exit_not_executable = 126;
constexpr int exit_not_found = 127;

[[noreturn]] void leave(int code) {
    for (;;)
        raw(__NR_exit_group, code);
}

/// Tries the candidates in order, as execvp(3) does: EACCES is remembered, what is missing is
/// passed.
int try_exec(const Vectors& vectors) {
    int error = ENOENT;
    for (const char** path = vectors.candidates; *path != nullptr; ++path) {
        const long failed =
            raw(__NR_execve, at(*path), at(vectors.arguments), at(vectors.environment));
        if (failed == -ENOENT || failed == -ENOTDIR)
            continue;
        error = static_cast<int>(-failed);
        if (failed != -EACCES)
            break;
    }
    return error;
}

/// From sealed memory, whatever the root has.
int exec_prober(const Program* program, const Vectors& vectors) {
    return -static_cast<int>(raw(__NR_execveat,
                                 program->prober,
                                 at(""),
                                 at(vectors.arguments),
                                 at(vectors.environment),
                                 AT_EMPTY_PATH));
}

[[noreturn]] void give_up(Phase phase, std::uint32_t operation, int error) {
    tell_failure(fd_sync, phase, operation, error);
    leave(exit_not_found);
}

int default_signals() {
    // A disposition of SIG_IGN survives exec: nohup of the caller must not reach the command.
    struct {
        unsigned long handler, flags, restorer, mask;
    } const action{};

    for (long signal = 1; signal <= 64; ++signal)
        if (signal != SIGKILL && signal != SIGSTOP)
            if (const long failed = raw(__NR_rt_sigaction, signal, at(&action), 0, 8); failed < 0)
                return static_cast<int>(-failed);
    const unsigned long none = 0;
    constexpr long set_mask = 2;
    return static_cast<int>(-raw(__NR_rt_sigprocmask, set_mask, at(&none), 0, 8));
}

/// "Ready", and the supervisor's word. Who cannot say or hear it must not run, and must not wait
/// for an answer to what was never sent.
void wait_for_go() {
    Message ready{};
    ready.word = Word::ready;
    const long told = raw(__NR_write, fd_sync, at(&ready), sizeof ready);
    if (told != sizeof ready)
        give_up(Phase::process, 0, told < 0 ? static_cast<int>(-told) : EIO);
    std::uint8_t go = 0;
    const long heard = raw(__NR_read, fd_sync, at(&go), 1);
    if (heard != 1 || go != static_cast<std::uint8_t>(Go::command))
        give_up(Phase::process, 0, heard < 0 ? static_cast<int>(-heard) : EPIPE);
}

/// All signals are blocked since init's start: TIOCSPGRP of a group in the background is then no
/// SIGTTOU (tty_check_change in drivers/tty/tty_jobctrl.c).
void take_terminal(const Program* program) {
    const int failed = program->init != 0
                           ? give_terminal(program, static_cast<int>(raw(__NR_getpid)))
                           : lead_terminal(program);
    if (failed != 0)
        give_up(Phase::terminal, 0, -failed);
}

} // namespace

void tell_failure(int sync, Phase phase, std::uint32_t operation, int error) {
    Message message{};
    message.word = Word::failed;
    message.phase = phase;
    message.operation = operation;
    message.error = error;
    raw(__NR_write, sync, at(&message), sizeof message);
}

void become_command(const Program* program,
                    const Vectors& vectors,
                    Registers registers,
                    Handover* handover) {
    // A process group of its own in init's session: not orphaned, so that a stop signal stops it,
    // and kill(0) reaches nobody else. As pid 1 of a nested namespace it needs a session of its
    // own.
    const long alone = program->init != 0 ? raw(__NR_setpgid, 0, 0) : raw(__NR_setsid);
    if (alone < 0)
        give_up(Phase::process, 0, static_cast<int>(-alone));
    if (program->terminal != 0)
        take_terminal(program);
    std::uint32_t where = 0;
    int error = execute(program, program->command, registers, &where);
    if (error != 0)
        give_up(Phase::command, where, error);
    wait_for_go();
    error = default_signals();
    if (error != 0)
        give_up(Phase::process, 0, error);
    raw(__NR_umask, 022);
    // Everything but the standard streams ends with the exec; until then the socket can tell why it
    // failed. Fails closed: a kernel without close_range has no fallback that is complete.
    const long marked = raw(__NR_close_range, 3, every_fd, CLOSE_RANGE_CLOEXEC);
    if (marked < 0)
        give_up(Phase::process, 0, static_cast<int>(-marked));
    if (handover != nullptr) {
        close_fd(registers.root); // init's too
        announce(handover);
    }
    error = execute(program, program->last, registers, &where);
    if (handover != nullptr)
        publish(handover, error == 0 ? registers.listener : -1);
    if (error != 0)
        give_up(Phase::last, where, error);
    error = program->prober != 0 ? exec_prober(program, vectors) : try_exec(vectors);
    tell_failure(fd_sync, Phase::execute, 0, error);
    // The supervisor looks into this root for the reason (a missing loader), then answers or ends
    // us.
    std::uint8_t go = 0;
    raw(__NR_read, fd_sync, at(&go), 1);
    leave(error == ENOENT || error == ENOTDIR ? exit_not_found : exit_not_executable);
}

} // namespace microbox::child
