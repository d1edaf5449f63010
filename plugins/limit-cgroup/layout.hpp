// SPDX-License-Identifier: MIT
// Where on this host the cgroup of a run goes: v1 or v2, which mounts, what must be enabled. [pure]
#pragma once

#include <microbox/sdk/facts.hpp>
#include <microbox/sdk/result.hpp>

#include <array>
#include <string>
#include <variant>
#include <vector>

namespace microbox::limit_cgroup {

constexpr const char* mountinfo_file = "/proc/self/mountinfo";

enum class Controller { cpu, memory, pids };
constexpr std::array<Controller, 3> wanted = {
    Controller::cpu, Controller::memory, Controller::pids};
[[nodiscard]] const char* to_word(Controller controller);

/// One v1 hierarchy; several controllers when they are mounted together.
struct V1Directory {
    std::string point;
    std::string root;
    std::vector<Controller> controllers;
};

struct V1Layout {
    std::vector<V1Directory> directories;
};

struct V2Layout {
    std::string point;
    std::string root;
    std::vector<Controller>
        to_enable; ///< not yet in the cgroup.subtree_control of the mount's root
};

using Layout = std::variant<V1Layout, V2Layout>;

/// The facts that choose_layout() still needs.
[[nodiscard]] std::vector<sdk::FactQuery> layout_questions(const sdk::Facts& facts);

/// v1 when all three controllers are there, else v2 when all three are there.
/// Errors: a controller that is nowhere or cannot be written, each with its remedy.
[[nodiscard]] sdk::Result<Layout> choose_layout(const sdk::Facts& facts);

/// Whether a controller can be had from either version. [pure]
[[nodiscard]] bool available(Controller controller, const sdk::Facts& facts);

/// How to get a controller that is not available.
[[nodiscard]] std::string remedy(Controller controller);

} // namespace microbox::limit_cgroup
