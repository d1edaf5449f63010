// SPDX-License-Identifier: MIT
#include "server_end.hpp"

#include <microbox/sys/fd.hpp>
#include <microbox/sys/file.hpp>

#include <cerrno>
#include <csignal>
#include <sstream>

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fs_rootfs {

using namespace microbox;
using namespace microbox::sdk;

namespace {

constexpr int most_wait_ms = 5000;

/// "" when there is no such process.
std::string start_of(pid_t process) {
    const auto text = sys::read_file("/proc/" + std::to_string(process) + "/stat");
    return text.ok() ? start_in(*text) : std::string();
}

/// Of a child: reaped as well. After a crash it is somebody else's.
void reap(int pidfd) {
    siginfo_t info{};
    constexpr auto by_pidfd = static_cast<idtype_t>(3); // P_PIDFD
    while (::waitid(by_pidfd, static_cast<id_t>(pidfd), &info, WEXITED) < 0 && errno == EINTR) {
    }
}

} // namespace

std::string start_in(std::string_view stat) {
    // The second field, a name in parentheses, may hold anything; the start is the 22nd.
    const std::size_t name_end = stat.rfind(')');
    if (name_end == std::string_view::npos)
        return {};
    std::istringstream fields{std::string(stat.substr(name_end + 1))};
    std::string field;
    for (int number = 3; number <= 22; ++number)
        fields >> field;
    return fields ? field : std::string();
}

std::optional<Server> read_server(const std::string& entry) {
    std::istringstream words(entry);
    std::string word;
    Server server;
    if (!(words >> word >> server.process >> server.start) || word != "server" ||
        server.process <= 1)
        return std::nullopt;
    return server;
}

Result<std::string> server_entry(pid_t process) {
    const std::string start = start_of(process);
    if (start.empty())
        return fail("the new process cannot be seen in /proc");
    return "server " + std::to_string(process) + " " + start;
}

Result<void> end_server(const std::string& entry) {
    const std::optional<Server> server = read_server(entry);
    if (!server)
        return fail("'" + entry + "' is no entry of this plugin");
    const pid_t process = server->process;
    const sys::Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    if (!pidfd && errno == ESRCH)
        return {};
    if (!pidfd)
        return fail_errno("open process " + std::to_string(process), errno);
    // The descriptor is of the process whose start is read now: both are this one, or it has gone.
    if (start_of(process) != server->start)
        return {};
    if (::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0) < 0 && errno != ESRCH)
        return fail_errno("kill process " + std::to_string(process), errno);
    pollfd ended{pidfd.get(), POLLIN, 0};
    int ready = 0;
    while ((ready = ::poll(&ended, 1, most_wait_ms)) < 0 && errno == EINTR) {
    }
    if (ready != 1)
        return fail("process " + std::to_string(process) + " does not end");
    reap(pidfd.get());
    return {};
}

} // namespace fs_rootfs
