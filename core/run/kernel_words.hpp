// SPDX-License-Identifier: MIT
// What a plan says in the kernel's words, as /proc and statfs(2) show it. [pure]
#pragma once

#include <microbox/sdk/step.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace microbox::core {

/// The flags that a mount must have: "ro", "nosuid", "nodev", "noexec", in this order.
[[nodiscard]] std::vector<const char*> wanted_flags(const sdk::MountFlags& flags);

/// The lines Uid and Gid of proc_pid_status(5) for one id: real, effective, saved, of files.
[[nodiscard]] std::string four_times(std::uint32_t id);

} // namespace microbox::core
