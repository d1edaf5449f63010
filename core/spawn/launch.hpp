// SPDX-License-Identifier: MIT
// Launch: from a finished program to a command that waits for go. The parent's page of the birth;
// core/child/newborn.cpp and core/child/init.cpp are the child's.
#pragma once

#include "core/child/program.hpp"
#include "core/plan/plan.hpp"
#include "core/spawn/lower.hpp"

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <cstdint>
#include <functional>
#include <vector>

#include <sys/types.h>

namespace microbox::core {

/// A sandbox's init and the ways to it. Kills and reaps it when it is destroyed alive.
class Sandbox {
public:
    Sandbox() = default;

    Sandbox(pid_t pid, sys::Fd pidfd, sys::Fd sync, sys::Fd control)
        : pid_(pid),
          pidfd_(std::move(pidfd)),
          sync_(std::move(sync)),
          control_(std::move(control)) {}

    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;
    Sandbox(Sandbox&&) = default;
    Sandbox& operator=(Sandbox&& other) noexcept;

    ~Sandbox() { end(); }

    /// Kills and reaps what is alive.
    void end();

    [[nodiscard]] pid_t pid() const { return pid_; }

    [[nodiscard]] int pidfd() const { return pidfd_.get(); }

    [[nodiscard]] int sync() const { return sync_.get(); }

    /// One message of the sandbox, and the pid of who sent it, as this namespace counts. False at
    /// the end of the conversation, or when nothing is there and `wait` is not set. `passed`: takes
    /// the descriptor that comes with it; without it, the kernel closes one.
    [[nodiscard]] bool
    receive(child::Message& message, pid_t& sender, bool wait, sys::Fd* passed = nullptr) const;
    /// A child that has died is no error here: it is noticed by its end.
    [[nodiscard]] sdk::Result<void> say(child::Go word) const;
    void signal_command(int signal, bool group) const;
    /// SIGKILL to init, and so to everything in its pid namespace.
    void kill() const;
    /// Waits for init's end. Returns its wait status.
    int reap();

private:
    pid_t pid_ = -1;
    sys::Fd pidfd_;
    sys::Fd sync_;
    sys::Fd control_; ///< the only writing end of the lifeline
};

/// Why a launch failed, for the one who holds the plan.
struct LaunchFailure {
    child::Phase phase = child::Phase::child;
    std::uint16_t step = child::no_step;
    int error = 0;
};

struct Launched {
    Sandbox sandbox;
    bool plain_ids = false; ///< a tree could not be id-mapped and shows host ids
};

/// Assembles the root and gives birth. Phases up to "the child has its namespaces and its root is
/// there"; the caller then attaches, and says Go::root.
/// `failure` is set when the error came from an operation.
[[nodiscard]] sdk::Result<Launched> launch(const Plan& plan,
                                           const Prepared& prepared,
                                           const std::vector<std::uint64_t>& block,
                                           LaunchFailure& failure);

} // namespace microbox::core
