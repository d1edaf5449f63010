// SPDX-License-Identifier: MIT
// ptrace(2): PTRACE_O_TRACESYSGOOD stops at the beginning and at the end of each call. At the
// beginning the number is replaced by one that no call has, at the end the result by the error.
#include "tests/faults/injector/tracer.hpp"

#include "core/child/program.hpp"
#include "tests/faults/injector/calls.hpp"
#include "tests/faults/injector/program.hpp"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <fcntl.h>
#include <linux/sched.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

namespace microbox::faults {

namespace {

constexpr int syscall_stop = SIGTRAP | 0x80;
constexpr auto go_command = microbox::child::Go::command;

volatile sig_atomic_t time_is_over = 0;

void* address(unsigned long value) {
    return reinterpret_cast<void*>(value); // NOLINT(performance-no-int-to-ptr)
}

} // namespace

void Tracer::start() {
    int gate[2];
    if (::pipe2(gate, O_CLOEXEC) < 0)
        throw std::runtime_error("no pipe");
    supervisor_ = ::fork();
    if (supervisor_ < 0)
        throw std::runtime_error("no process");
    if (supervisor_ == 0) {
        ::close(gate[1]);
        become(program_, gate[0]);
    }
    ::close(gate[0]);
    constexpr long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                             PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
    if (::ptrace(PTRACE_SEIZE, supervisor_, nullptr, address(options)) < 0)
        throw std::runtime_error("cannot be traced");
    processes_[supervisor_].role = "supervisor";
    ::close(gate[1]);
}

int Tracer::run(const Fault* fault, unsigned seconds) {
    fault_ = fault;

    struct sigaction action {};

    action.sa_handler = [](int) { time_is_over = 1; };
    ::sigaction(SIGALRM, &action, nullptr);
    start();
    ::alarm(seconds);
    while (!processes_.empty()) {
        int status = 0;
        const pid_t pid = ::waitpid(-1, &status, __WALL);
        if (pid < 0 && errno == EINTR && time_is_over != 0 && standstill_.empty()) {
            stand_still();
            code_ = -1;
            supervisor_ = -1;
        }
        if (pid < 0 && errno == ECHILD)
            break;
        if (pid > 0)
            handle(pid, status);
    }
    ::alarm(0);
    return code_;
}

void Tracer::handle(pid_t pid, int status) {
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
        if (pid == supervisor_)
            code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        processes_.erase(pid);
        return;
    }
    const auto known = processes_.find(pid);
    if (known == processes_.end()) { // the parent's event will name it
        processes_[pid].unborn = true;
        return;
    }
    Process& process = known->second;
    const int signal = WSTOPSIG(status);
    const int event = static_cast<int>(static_cast<unsigned>(status) >> 16U);
    if (signal == syscall_stop)
        return stopped_at_call(pid, process);
    if (event == PTRACE_EVENT_EXEC)
        return executed(pid, process);
    if (event == PTRACE_EVENT_CLONE || event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK)
        return forked(pid, process);
    if (event == PTRACE_EVENT_STOP) {
        const bool group_stop =
            signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
        if (group_stop)
            ::ptrace(PTRACE_LISTEN, pid, nullptr, nullptr);
        else
            go_on(pid, process, 0);
        return;
    }
    if (signal == SIGTRAP && process.entry != 0)
        return reached_entry(pid, process);
    go_on(pid, process, signal);
}

/// Calls are looked at until the fault has struck, and only those that count.
void Tracer::go_on(pid_t pid, const Process& process, int signal) {
    const bool look = process.counted && (struck_.empty() || process.answer);
    ::ptrace(look ? PTRACE_SYSCALL : PTRACE_CONT,
             pid,
             nullptr,
             address(static_cast<unsigned long>(signal)));
}

void Tracer::stopped_at_call(pid_t pid, Process& process) {
    __ptrace_syscall_info info{};
    ::ptrace(PTRACE_GET_SYSCALL_INFO, pid, address(sizeof info), &info);
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
        process.number = static_cast<long>(info.entry.nr);
        process.arguments[0] = info.entry.args[0];
        process.arguments[1] = info.entry.args[1];
        process.arguments[2] = info.entry.args[2];
        entered(pid, process);
        if (processes_.count(pid) == 0)
            return;
    } else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
        if (!process.answer)
            note_go(pid, process);
        left(pid, process);
        process.answer = false;
    }
    go_on(pid, process, 0);
}

void Tracer::entered(pid_t pid, Process& process) {
    const std::string call = name_of_call(process.number);
    const Point here{process.role, call, ++process.calls[call]};
    if (fault_ == nullptr) {
        recorded_.push_back({here, command_runs_});
        return;
    }
    const Point& wanted = fault_->at;
    if (!struck_.empty() || here.role != wanted.role || here.call != wanted.call ||
        here.occurrence != wanted.occurrence)
        return;
    struck_ = command_runs_ ? "after" : "before";
    if (fault_->error == 0) {
        ::kill(pid, SIGKILL);
        return;
    }
    process.answer = true;
    if (is_done_in_any_case(call))
        return;
    user_regs_struct registers{};
    ::ptrace(PTRACE_GETREGS, pid, nullptr, &registers);
    registers.orig_rax = ~0ULL;
    ::ptrace(PTRACE_SETREGS, pid, nullptr, &registers);
}

/// The supervisor's last word to the command. It is as good as its exec: what the supervisor does
/// from here on goes on beside the command.
void Tracer::note_go(pid_t pid, const Process& process) {
    if (process.role != "supervisor" || process.number != SYS_sendto || process.arguments[2] != 1)
        return;
    const long word = ::ptrace(PTRACE_PEEKDATA, pid, address(process.arguments[1]), nullptr);
    if (static_cast<std::uint8_t>(word) == static_cast<std::uint8_t>(go_command))
        command_runs_ = true;
}

void Tracer::left(pid_t pid, Process& process) const {
    if (!process.answer)
        return;
    user_regs_struct registers{};
    ::ptrace(PTRACE_GETREGS, pid, nullptr, &registers);
    registers.rax = static_cast<unsigned long long>(-static_cast<long long>(fault_->error));
    ::ptrace(PTRACE_SETREGS, pid, nullptr, &registers);
}

/// The supervisor's first one is microbox itself; init is the one that is executed by descriptor.
void Tracer::executed(pid_t pid, Process& process) {
    if (pid == supervisor_ && process.role == "supervisor" && !process.counted &&
        process.entry == 0) {
        process.entry = static_cast<long>(entry_of(pid));
        void* const where = address(static_cast<unsigned long>(process.entry));
        errno = 0;
        process.covered = ::ptrace(PTRACE_PEEKTEXT, pid, where, nullptr);
        const auto with_trap = (static_cast<unsigned long>(process.covered) & ~0xffUL) | 0xccUL;
        if (errno != 0 || ::ptrace(PTRACE_POKETEXT, pid, where, address(with_trap)) < 0)
            throw std::runtime_error("no breakpoint at the entry point");
        return go_on(pid, process, 0);
    }
    if (process.role == "child" && process.number == SYS_execveat) {
        process.role = "init";
        process.calls.clear();
        return go_on(pid, process, 0);
    }
    if (process.role == "command")
        command_runs_ = true;
    ::ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
    processes_.erase(pid);
}

void Tracer::reached_entry(pid_t pid, Process& process) {
    user_regs_struct registers{};
    ::ptrace(PTRACE_GETREGS, pid, nullptr, &registers);
    registers.rip = static_cast<unsigned long long>(process.entry);
    ::ptrace(PTRACE_SETREGS, pid, nullptr, &registers);
    ::ptrace(PTRACE_POKETEXT,
             pid,
             address(static_cast<unsigned long>(process.entry)),
             address(static_cast<unsigned long>(process.covered)));
    process.entry = 0;
    process.counted = true;
    go_on(pid, process, 0);
}

std::string Tracer::role_of_child(pid_t pid, Process& parent) const {
    unsigned long flags = parent.arguments[0];
    if (parent.number == SYS_clone3) // struct clone_args begins with the flags
        flags = static_cast<unsigned long>(::ptrace(PTRACE_PEEKDATA, pid, address(flags), nullptr));
    const bool has_flags = parent.number == SYS_clone3 || parent.number == SYS_clone;
    if (parent.role == "init")
        return "command";
    if (parent.role == "supervisor" && has_flags && (flags & CLONE_NEWPID) != 0)
        return "child";
    const std::string number = std::to_string(++parent.children);
    return parent.role == "supervisor" ? "helper" + number : parent.role + "." + number;
}

void Tracer::forked(pid_t pid, Process& process) {
    unsigned long message = 0;
    ::ptrace(PTRACE_GETEVENTMSG, pid, nullptr, &message);
    const auto born = static_cast<pid_t>(message);
    const bool stopped = processes_.count(born) != 0; // its own stop came first
    Process& child = processes_[born];
    child.unborn = false;
    child.role = role_of_child(pid, process);
    child.counted = true;
    if (stopped)
        go_on(born, child, 0);
    go_on(pid, process, 0);
}

void Tracer::stand_still() {
    std::ostringstream text;
    for (const auto& [pid, process] : processes_) {
        std::ifstream file("/proc/" + std::to_string(pid) + "/syscall");
        std::string number;
        file >> number;
        text << process.role << " in "
             << (number.empty() || number == "running" ? number
                                                       : name_of_call(std::atol(number.c_str())))
             << "; ";
        ::kill(pid, SIGKILL);
    }
    standstill_ = text.str() + "all killed";
}

} // namespace microbox::faults
