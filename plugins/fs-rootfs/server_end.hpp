// SPDX-License-Identifier: MIT
// The name of a server process in the journal, and its end: of this very process, whoever has its
// pid by then.
#pragma once

#include <microbox/sdk/result.hpp>

#include <string>

#include <sys/types.h>

namespace fs_rootfs {

/// "server PID START", START in the kernel's ticks since the machine's start.
microbox::sdk::Result<std::string> server_entry(pid_t process);

/// Kills the process that an entry names and waits for its end; one that is gone is no error.
microbox::sdk::Result<void> end_server(const std::string& entry);

} // namespace fs_rootfs
