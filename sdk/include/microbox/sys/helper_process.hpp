// SPDX-License-Identifier: MIT
// A process that a plugin keeps beside a run, by its journal entry "WORD PID START": the end of
// this very process, whoever has its pid by then.
#pragma once

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>
#include <microbox/sys/file.hpp>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

#include <poll.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

namespace microbox::sys {

struct HelperProcess {
    pid_t pid = -1;
    std::uint64_t start = 0; ///< in the kernel's ticks since the boot
};

/// When a process has begun, from the text of /proc/PID/stat; nullopt: it is none. [pure]
[[nodiscard]] inline std::optional<std::uint64_t> start_in(std::string_view stat) {
    // The name, in brackets, may hold anything; the start is the 20th word behind it (proc(5)).
    const std::size_t name_ends = stat.rfind(')');
    if (name_ends == std::string_view::npos)
        return std::nullopt;
    std::istringstream words{std::string(stat.substr(name_ends + 1))};
    std::string word;
    for (int i = 0; i < 19; ++i)
        words >> word;
    std::uint64_t start = 0;
    return words >> start ? std::optional<std::uint64_t>(start) : std::nullopt;
}

/// nullopt: there is no process of that pid.
[[nodiscard]] inline std::optional<std::uint64_t> start_of(pid_t pid) {
    const auto stat = read_file("/proc/" + std::to_string(pid) + "/stat");
    return stat.ok() ? start_in(*stat) : std::nullopt;
}

/// For the journal, before the process does anything. Errors: it cannot be seen, so that nothing
/// could end it after a crash.
[[nodiscard]] inline sdk::Result<std::string> helper_entry(const std::string& word, pid_t pid) {
    const auto start = start_of(pid);
    if (!start)
        return sdk::fail("the new process " + word + " cannot be seen in /proc");
    return word + " " + std::to_string(pid) + " " + std::to_string(*start);
}

/// What an entry names; nullopt: none with that word. [pure]
[[nodiscard]] inline std::optional<HelperProcess> read_helper_entry(const std::string& word,
                                                                    const std::string& entry) {
    std::istringstream words(entry);
    std::string what;
    HelperProcess helper;
    if (!(words >> what >> helper.pid >> helper.start) || what != word || helper.pid <= 1)
        return std::nullopt;
    return helper;
}

/// Kills the process that an entry names and waits for its end, five seconds at most; one that is
/// gone, or another of its pid, is no error. Of a child: reaped too. [cleanup]
[[nodiscard]] inline sdk::Result<void> end_helper(const std::string& word,
                                                  const std::string& entry) {
    constexpr int patience_ms = 5000;
    constexpr auto by_pidfd = static_cast<idtype_t>(3); // P_PIDFD, which not every libc has
    const std::optional<HelperProcess> helper = read_helper_entry(word, entry);
    if (!helper)
        return sdk::fail("'" + entry + "' is no entry of this plugin");
    const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, helper->pid, 0)));
    if (!process)
        return errno == ESRCH ? sdk::Result<void>() : sdk::fail_errno("open " + entry, errno);
    // The descriptor is of the process whose start is read now: both are this one, or it has gone.
    if (start_of(helper->pid) != helper->start)
        return {};
    if (::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0) < 0 && errno != ESRCH)
        return sdk::fail_errno("end " + entry, errno);
    pollfd ended{process.get(), POLLIN, 0};
    int ready = 0;
    while ((ready = ::poll(&ended, 1, patience_ms)) < 0 && errno == EINTR) {
    }
    if (ready != 1)
        return sdk::fail(entry + " does not end");
    // After a crash it is another's to reap.
    siginfo_t info{};
    ::waitid(by_pidfd, static_cast<id_t>(process.get()), &info, WEXITED | WNOHANG);
    return {};
}

} // namespace microbox::sys
