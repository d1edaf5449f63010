// SPDX-License-Identifier: MIT
// Plan: plain data that says everything that a run will do. Made by merge, printed by `microbox
// plan`, lowered to a program for the child by core/child, compared with the kernel's account by
// verify.
#pragma once

#include "core/host/caller.hpp"
#include "core/terminal/streams.hpp"

#include <microbox/sdk/plan.hpp>
#include <microbox/sdk/promise.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace microbox::core {

/// A step with its full provenance.
struct PlanStep {
    sdk::Stage stage = sdk::Stage::assemble;
    sdk::Step step;
    std::string plugin; ///< "fs-rootfs"; "core" for the core's own
    std::string source; ///< "--storage", "profile ci", "default"
};

struct PlanNotice {
    sdk::Notice notice;
    std::string plugin;
};

struct PlanPromise {
    sdk::Promise promise;
    std::string plugin;
};

struct PlanPlugin {
    std::string name;
    std::string version;
    std::string role;
};

/// What is executed at the end, all of it inside.
struct PlanCommand {
    std::vector<std::string> arguments;
    std::vector<std::string> environment; ///< "K=V"
    std::vector<std::string> candidates;  ///< paths tried in order (PATH look-up done in words)
    std::string directory;                ///< --workdir
    bool init = true;                     ///< false: the command is pid 1
    bool prober = false;                  ///< the prober is executed in its place
};

struct Plan {
    std::vector<PlanPlugin> plugins;
    std::vector<PlanStep> steps; ///< in the order of execution
    std::vector<sdk::Slot> slots;
    std::optional<sdk::Storage> storage;
    int namespaces = 0; ///< CLONE_NEW* flags that are made
    bool isolated_ids = true;
    Caller caller; ///< not root of the host: a foothold is entered before anything is taken
    bool own_network = true;
    bool explain_denials = false;  ///< what is denied is told at the end
    Streams terminal = no_streams; ///< standard streams that are the sandbox's own terminal
    std::optional<sdk::Slot> birth_cgroup;
    std::string hostname;
    PlanCommand command;
    std::string not_found_hint; ///< said when the command is not found
    std::vector<PlanNotice> notices;
    std::vector<PlanPromise> promises; ///< the plugins', when the request asked for them
};

/// The supervisor first goes where it is root (core/spawn/foothold.hpp).
[[nodiscard]] inline bool has_foothold(const Plan& plan) {
    return !plan.caller.has_host;
}

/// The supplementary groups of the caller are the command's too.
[[nodiscard]] inline bool keeps_groups(const Plan& plan) {
    return has_foothold(plan) && plan.caller.keeps_groups;
}

/// Stage and step kind in words, the same in plan, error messages and JSON.
[[nodiscard]] const char* to_word(sdk::Stage stage);
[[nodiscard]] std::string step_kind(const sdk::Step& step); ///< "mount"
/// One line: "overlay of /srv/root on /", "hostname brave-otter".
[[nodiscard]] std::string describe(const sdk::Step& step);

} // namespace microbox::core
