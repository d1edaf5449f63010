// SPDX-License-Identifier: MIT
#include "kept.hpp"

#include <microbox/sys/fd.hpp>
#include <microbox/sys/file.hpp>

#include <cerrno>
#include <csignal>
#include <sstream>

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace microbox::net_pasta {

namespace {

constexpr int patience_ms = 5000;

/// P_PIDFD of <linux/wait.h>, which not every C library's header has.
constexpr auto by_pidfd = static_cast<idtype_t>(3);

} // namespace

std::optional<std::uint64_t> start_in(std::string_view stat) {
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

std::optional<std::uint64_t> start_of(pid_t pid) {
    const auto stat = sys::read_file("/proc/" + std::to_string(pid) + "/stat");
    return stat.ok() ? start_in(*stat) : std::nullopt;
}

std::optional<Kept> read_entry(const std::string& entry) {
    std::istringstream words(entry);
    std::string what;
    Kept kept;
    if (!(words >> what >> kept.pid >> kept.start) || what != "pasta" || kept.pid <= 1)
        return std::nullopt;
    return kept;
}

std::string entry_of(pid_t pid, std::uint64_t start) {
    return "pasta " + std::to_string(pid) + " " + std::to_string(start);
}

sdk::Result<void> end_entry(const std::string& entry) {
    const std::optional<Kept> kept = read_entry(entry);
    if (!kept)
        return sdk::fail("no entry of this plugin: " + entry);
    const sys::Fd process(static_cast<int>(::syscall(SYS_pidfd_open, kept->pid, 0)));
    // Looked at behind the opening: the descriptor is that of the process that is seen.
    if (!process || start_of(kept->pid) != kept->start)
        return {};
    if (::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0) < 0 && errno != ESRCH)
        return sdk::fail_errno("end " + entry, errno);
    pollfd ended = {process.get(), POLLIN, 0};
    if (::poll(&ended, 1, patience_ms) == 0)
        return sdk::fail(entry + " does not end");
    // Ours, or after a crash another's to reap.
    siginfo_t info{};
    ::waitid(by_pidfd, static_cast<id_t>(process.get()), &info, WEXITED | WNOHANG);
    return {};
}

} // namespace microbox::net_pasta
