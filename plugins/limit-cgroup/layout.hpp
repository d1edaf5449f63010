// SPDX-License-Identifier: MIT
// Where on this host the cgroup of a run goes: v1 or v2, which mounts, what must be enabled, and
// what no cgroup can hold here. [pure]
#pragma once

#include "caller.hpp"
#include "controller.hpp"

#include <microbox/sdk/facts.hpp>

#include <string>
#include <variant>
#include <vector>

namespace microbox::limit_cgroup {

constexpr const char* mountinfo_file = "/proc/self/mountinfo";
constexpr const char* own_cgroup_file = "/proc/self/cgroup";

/// What is looked for, and for whom.
struct Wish {
    Controllers controllers = basic_controllers();
    bool privileged = true;
};

/// One v1 hierarchy; several controllers when they are mounted together.
struct V1Directory {
    std::string point; ///< the directory below which the run's cgroup is made
    std::string root;  ///< the same cgroup as /proc/PID/cgroup names it
    Controllers controllers;
};

struct V1Layout {
    std::vector<V1Directory> directories;
};

struct V2Layout {
    std::string
        directory;    ///< the cgroup below which the run's is made; of a scope: the mount point
    std::string path; ///< the same as /proc/PID/cgroup names it; of a scope: the mount's root
    Controllers to_enable; ///< not yet in its cgroup.subtree_control
    /// Our own process lives in it, alone: it must go into one below before controllers can be
    /// enabled (cgroup-v2.rst, "No Internal Process Constraint").
    bool leave = false;
    /// Not empty: the user's systemd is asked on this bus for a transient scope, and that is it.
    std::string bus;
};

struct Layout {
    std::variant<std::monostate, V1Layout, V2Layout> cgroup;
    Controllers held;   ///< of the wish; the rest no cgroup can hold
    std::string why;    ///< what stands in the way of the rest
    std::string remedy; ///< what to do about it
};

/// The facts that choose_layout() still needs. Settles within four rounds.
[[nodiscard]] std::vector<sdk::FactQuery> layout_questions(const sdk::Facts& facts,
                                                           const Wish& wish);

/// The version that holds more of the wish; v1 where it has all.
[[nodiscard]] Layout choose_layout(const sdk::Facts& facts, const Wish& wish);

/// "cgroup v2 below /sys/fs/cgroup (cpu memory pids)", for plan and doctor.
[[nodiscard]] std::string describe(const Layout& layout);

} // namespace microbox::limit_cgroup
