// SPDX-License-Identifier: MIT
// A microbox below ptrace: each of its processes has a role, its system calls are counted by role,
// and one of them is made to fail or to be the last that a process makes.
#pragma once

#include "tests/faults/injector/program.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace microbox::faults {

/// One system call of one process: "the second openat of init".
struct Point {
    std::string role;
    std::string call;
    int occurrence = 0; ///< from 1
};

/// What is done there. Nothing: the run is only recorded.
struct Fault {
    Point at;
    int error = 0; ///< what the call answers; 0: the process is killed in its place
};

struct Recorded {
    Point point;
    bool after_exec = false; ///< the command was told to go, or runs
};

/// The roles: "supervisor"; "helper1", "helper2", ...: what it has forked; "child": born with
/// clone3 into namespaces, "init" from its execveat on; "command": the process of the command until
/// it executes it. Whoever executes another program is let go: the command and the helpers run
/// untraced. The supervisor's own calls count from its entry point on: what is before is ld.so's.
class Tracer {
public:
    explicit Tracer(Program program) : program_(std::move(program)) {}

    /// Until every traced process has ended. The exit code of the supervisor, 128+N for a signal;
    /// -1 when the time in seconds was over: then all are killed.
    int run(const Fault* fault, unsigned seconds);

    [[nodiscard]] const std::vector<Recorded>& recorded() const { return recorded_; }

    /// "" as long as the fault was not reached; otherwise "before" or "after" the exec of the
    /// command.
    [[nodiscard]] const std::string& struck() const { return struck_; }

    /// Where each process stood when the time was over.
    [[nodiscard]] const std::string& standstill() const { return standstill_; }

private:
    struct Process {
        std::string role;
        bool counted = false; ///< past its entry point
        bool unborn = false;  ///< its first stop was seen, its parent's event was not
        long entry = 0;       ///< where the breakpoint stands; 0: none
        long covered = 0;     ///< what stood there
        long number = -1;     ///< of the call it is in
        unsigned long arguments[3] = {0, 0, 0};
        bool answer = false; ///< the fault is to be the call's result
        int children = 0;
        std::map<std::string, int> calls;
    };

    void start();
    void handle(pid_t pid, int status);
    void stopped_at_call(pid_t pid, Process& process);
    void entered(pid_t pid, Process& process);
    void note_go(pid_t pid, const Process& process);
    void left(pid_t pid, Process& process) const;
    void executed(pid_t pid, Process& process);
    void forked(pid_t pid, Process& process);
    void reached_entry(pid_t pid, Process& process);
    void go_on(pid_t pid, const Process& process, int signal);
    void stand_still();
    [[nodiscard]] std::string role_of_child(pid_t pid, Process& parent) const;

    Program program_;
    const Fault* fault_ = nullptr;
    std::map<pid_t, Process> processes_;
    pid_t supervisor_ = -1;
    int code_ = -1;
    bool command_runs_ = false; ///< or was told to
    std::vector<Recorded> recorded_;
    std::string struck_;
    std::string standstill_;
};

} // namespace microbox::faults
