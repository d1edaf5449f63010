// SPDX-License-Identifier: MIT
// Who makes a call, in the kernel's words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace microbox::seccomp {

struct CallerOf {
    std::int64_t pid = 0; ///< as the sandbox counts; 0: not known
    std::string program;  ///< comm: any bytes, the program's own word
};

/// How many pid namespaces a process is in, from /proc's on.
[[nodiscard]] std::size_t pid_depth(pid_t pid);

/// Of a thread, as this process counts: its process's id at that depth, and its process's name.
/// Whether it still was the caller while this was read, only the listener knows
/// (SECCOMP_IOCTL_NOTIF_ID_VALID).
[[nodiscard]] CallerOf caller_of(pid_t thread, std::size_t depth);

/// What proc_pid_status(5) has behind a key, without the blanks around it. [pure]
[[nodiscard]] std::string_view status_value(std::string_view status, std::string_view key);

/// One of the ids of a line NStgid, which has one for each namespace from the outermost on; the
/// last when there are fewer. [pure]
[[nodiscard]] std::int64_t id_at_depth(std::string_view ids, std::size_t depth);

} // namespace microbox::seccomp
