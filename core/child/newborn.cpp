// SPDX-License-Identifier: MIT
// The network namespace is half the cost of a birth: the child makes it while the parent assembles
// the root (kernel.md 6), and copies the parent's mount namespace when the tree stands there.
#include "core/child/newborn.hpp"

#include "core/child/command.hpp"
#include "core/child/credentials.hpp"
#include "core/child/raw.hpp"
#include "core/child/terminal.hpp"

#include <asm/errno.h>
#include <linux/close_range.h>
#include <linux/fcntl.h>
#include <linux/sched.h>

namespace microbox::child {

namespace {

constexpr long dup_cloexec = 1030; // F_DUPFD_CLOEXEC
constexpr long high = 64;          ///< above every number that init gets

[[noreturn]] void leave() {
    for (;;)
        raw(__NR_exit_group, 1);
}

[[noreturn]] void fail(const Cradle& cradle, Phase phase, std::uint32_t operation, int error) {
    tell_failure(cradle.sync, phase, operation, error);
    leave();
}

void run_part(
    const Program* program, Range range, Phase phase, Registers& registers, const Cradle& cradle) {
    std::uint32_t where = 0;
    if (const int error = execute(program, range, registers, &where); error != 0)
        fail(cradle, phase, where, error);
}

void need(long result, const Cradle& cradle) {
    if (result < 0)
        fail(cradle, Phase::child, 0, static_cast<int>(-result));
}

void wait_for(Go wanted, const Cradle& cradle) {
    std::uint8_t got = 0;
    const long heard = raw(__NR_read, cradle.sync, at(&got), 1);
    if (heard < 0)
        fail(cradle, Phase::child, 0, static_cast<int>(-heard));
    if (heard != 1 || got != static_cast<std::uint8_t>(wanted))
        leave(); // the parent has gone or given up
}

/// Puts a descriptor under its number in init, without close-on-exec.
void place(int from, int number, const Cradle& cradle) {
    need(raw(__NR_dup3, from, number, 0), cradle);
}

[[noreturn]] void become_init(const Program* program, const Registers& registers, Cradle cradle) {
    const auto* passed = look<Passed>(program, program->passed);
    int raised[16];
    // First all out of the way, then each to its place: the numbers of the two tables may cross.
    const auto raise = [&](int fd) {
        const long up = raw(__NR_fcntl, fd, dup_cloexec, high);
        need(up, cradle);
        return static_cast<int>(up);
    };
    const int sync = raise(cradle.sync);
    const int control = raise(cradle.control);
    const int block = raise(cradle.program);
    const int image = raise(cradle.init);
    const int proc = raise(registers.proc);
    for (std::uint32_t i = 0; i < program->passed_count; ++i)
        raised[i] = raise(passed[i].from);
    cradle.sync = sync;
    place(control, fd_control, cradle);
    place(sync, fd_sync, cradle);
    place(block, fd_program, cradle);
    place(proc, fd_proc, cradle);
    for (std::uint32_t i = 0; i < program->passed_count; ++i)
        place(raised[i], passed[i].to, cradle);
    const long first = fd_first_passed + static_cast<long>(program->passed_count);
    need(raw(__NR_close_range, first, every_fd, CLOSE_RANGE_CLOEXEC), cradle);
    const char* const arguments[] = {"mbx-init", nullptr};
    const char* const environment[] = {nullptr};
    need(raw(__NR_execveat, image, at(""), at(arguments), at(environment), AT_EMPTY_PATH), cradle);
    leave();
}

/// From here on the caller's terminal is open nowhere in the sandbox. Init leads the session; a
/// command that is process 1 of a nested namespace leads one of its own and takes it itself.
void need_terminal(const Program* program, const Cradle& cradle) {
    int failed = make_terminal(program, cradle.sync);
    if (failed == 0 && program->init != 0)
        failed = lead_terminal(program);
    if (failed < 0)
        fail(cradle, Phase::terminal, 0, -failed);
}

} // namespace

void be_born(const Program* program, const Cradle& cradle) {
    Registers registers;
    run_part(program, program->enter, Phase::enter, registers, cradle);
    if (cradle.unshared != 0)
        need(raw(__NR_unshare, cradle.unshared), cradle);
    Message made{};
    made.word = Word::namespaces;
    // Who was not heard must not wait for an answer.
    need(raw(__NR_write, cradle.sync, at(&made), sizeof made), cradle);
    wait_for(Go::maps, cradle);
    // Root of its own user namespace from here; an exec before this would lose every capability.
    need(set_ids(program->keeps_groups != 0, 0, 0, nullptr, 0), cradle);
    run_part(program, program->early, Phase::early, registers, cradle);
    wait_for(Go::root, cradle);
    need(raw(__NR_unshare, CLONE_NEWNS), cradle);
    run_part(program, program->inside, Phase::inside, registers, cradle);
    // Out of the caller's session and process group: signals to the group stay outside (T53).
    need(raw(__NR_setsid), cradle);
    if (program->terminal != 0)
        need_terminal(program, cradle);
    become_init(program, registers, cradle);
}

} // namespace microbox::child
