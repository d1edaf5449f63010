// SPDX-License-Identifier: MIT
// What holds a limit that no cgroup can hold here: the kernel's limits of a user namespace and of
// one process, the processors that the sandbox may run on, and our own watch. Less than a cgroup.
#pragma once

#include "controller.hpp"
#include "limits.hpp"
#include "watch.hpp"

#include <microbox/sdk/facts.hpp>
#include <microbox/sdk/plan.hpp>
#include <microbox/sdk/request.hpp>
#include <microbox/sdk/result.hpp>
#include <microbox/sdk/session.hpp>

#include <optional>
#include <string>

#include <sys/resource.h>

namespace microbox::limit_cgroup {

constexpr const char* own_limits_file = "/proc/self/limits";

class Fallback {
public:
    /// Whether the kernel itself holds the number of processes of a sandbox without a cgroup:
    /// since Linux 5.14 RLIMIT_NPROC of who makes a user namespace bounds all that live in it
    /// (kernel/ucount.c). Not where the maker is root of the host (fork.c,
    /// enforced_nproc_rlimit). [pure]
    [[nodiscard]] static bool kernel_holds_pids(const sdk::Request& request);

    /// Takes over the limits of `loose`. [pure]
    void plan(const Controllers& loose,
              const Limits& limits,
              const sdk::Request& request,
              const sdk::Facts& facts,
              sdk::Fragment& fragment);

    /// Takes over limits that were planned for a cgroup which is not to be had after all. [parent]
    void take_over(const Controllers& loose);

    /// "the memory by ..., the processors by ...": what is said of them. [pure]
    [[nodiscard]] std::string words() const;

    [[nodiscard]] sdk::Result<void> prepare();
    [[nodiscard]] sdk::Result<void> attach(sdk::Session& session);
    [[nodiscard]] sdk::Result<void> verify(sdk::Session& session) const;
    [[nodiscard]] sdk::Result<void> running(sdk::Session& session);
    void exited(sdk::Report& report) const;

    /// "oom", "pids", or "": why the watch has ended the run.
    [[nodiscard]] const std::string& ended_by() const { return watch_.reason(); }

private:
    [[nodiscard]] bool holds(Controller controller) const { return has(loose_, controller); }

    Controllers loose_;
    Limits limits_;
    bool kernel_holds_pids_ = false;
    std::uint64_t data_bytes_ = 0; ///< RLIMIT_DATA
    bool planned_ = true;          ///< as steps; else attach() sets them
    std::optional<rlimit> own_nproc_;
    Watch watch_;
};

} // namespace microbox::limit_cgroup
