// SPDX-License-Identifier: MIT
// Fragment: what one plugin wants done; the core merges all of them into the run's plan.
#pragma once

#include <microbox/sdk/step.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace microbox::sdk {

struct PlacedStep {
    Stage stage = Stage::assemble;
    Step step;
    std::string source; ///< who asked: "--storage", "default"; the core adds the plugin's name
};

/// The one memory file system of a run: everything that the sandbox can write in memory.
struct Storage {
    std::uint64_t bytes = 0;
    std::uint64_t inodes = 0; ///< 0: the core takes one for each 4 KiB
    std::string source;
};

/// Something the user should know. Weakened protection is said at every log level.
struct Notice {
    enum class Kind { weakened, warning, info };
    Kind kind = Kind::info;
    std::string text;
};

struct Fragment {
    std::vector<PlacedStep> steps;
    /// What this plugin alone handles: "root", "network", "limit.memory", "security.filter". Two
    /// plugins with one claim are an error that names both.
    std::vector<std::string> claims;
    std::vector<Slot> slots;         ///< descriptors that prepare() will fill
    std::optional<Storage> storage;  ///< filesystem mode only
    std::optional<bool> own_network; ///< network mode only: a network namespace of its own
    std::optional<std::uint64_t> memory_bytes; ///< limit in force, for the check against storage
    /// A v2 cgroup directory into which the child is born (CLONE_INTO_CGROUP). Filled with an empty
    /// descriptor, it is born where the supervisor is.
    std::optional<Slot> birth_cgroup;
    std::vector<Notice> notices;
    /// Filesystem mode only: the hint of the error when the command is not found in this root.
    std::string not_found_hint;

    void add(Stage stage, Step step, std::string source = "default") {
        steps.push_back({stage, std::move(step), std::move(source)});
    }
};

} // namespace microbox::sdk
