// SPDX-License-Identifier: MIT
// The caller's own systemd (user@UID.service): whether there is one, and which controllers it
// could give to a scope. [pure]
#pragma once

#include "controller.hpp"
#include "mounts.hpp"

#include <microbox/sdk/facts.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace microbox::limit_cgroup {

struct UserManager {
    bool runs = false;
    Controllers held; ///< of the wanted, those that are delegated to it
};

[[nodiscard]] std::vector<sdk::FactQuery> manager_questions(const CgroupMount& mount,
                                                            std::uint32_t uid);

[[nodiscard]] UserManager look_at_manager(const CgroupMount& mount,
                                          std::uint32_t uid,
                                          const sdk::Facts& facts,
                                          const Controllers& wanted);

/// Whether a systemd of a user's keeps the books of a cgroup: what we write there it may undo.
[[nodiscard]] bool is_managed(const std::string& path);

/// The socket of the user's bus. XDG_RUNTIME_DIR is not asked: sudo and su leave it out, and this
/// place is systemd's own choice.
[[nodiscard]] std::string bus_socket(std::uint32_t uid);

} // namespace microbox::limit_cgroup
