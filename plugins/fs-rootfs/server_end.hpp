// SPDX-License-Identifier: MIT
// The name of a server process in the journal, and its end: of this very process, whoever has its
// pid by then.
#pragma once

#include <microbox/sdk/result.hpp>

#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace fs_rootfs {

struct Server {
    pid_t process = -1;
    std::string start; ///< in the kernel's ticks since the machine's start
};

/// When a process has begun, from the text of /proc/PID/stat; "" when it is none. [pure]
[[nodiscard]] std::string start_in(std::string_view stat);

/// What an entry names; nothing when it is none of this plugin. [pure]
[[nodiscard]] std::optional<Server> read_server(const std::string& entry);

/// "server PID START", START in the kernel's ticks since the machine's start.
microbox::sdk::Result<std::string> server_entry(pid_t process);

/// Kills the process that an entry names and waits for its end; one that is gone is no error.
microbox::sdk::Result<void> end_server(const std::string& entry);

} // namespace fs_rootfs
