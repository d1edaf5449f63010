// SPDX-License-Identifier: MIT
// Kills and removes, bounded in time, touching nothing that is not a cgroup of the run.
#include "removal.hpp"

#include "files.hpp"
#include "hierarchy.hpp"
#include "mounts.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include <dirent.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace microbox::limit_cgroup {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto patience = std::chrono::seconds(2);
constexpr int deepest = 32;

std::vector<pid_t> processes_of(const std::string& path) {
    std::vector<pid_t> pids;
    const auto text = sys::read_file(path + "/cgroup.procs");
    if (!text.ok())
        return pids;
    for (const std::string& line : split(*text, "\n")) {
        pid_t pid = 0;
        std::from_chars(line.data(), line.data() + line.size(), pid);
        if (pid > 1 && pid != ::getpid())
            pids.push_back(pid);
    }
    return pids;
}

/// Signals through descriptors, and only processes that are still listed once the descriptor is
/// open: a number that was used again meanwhile belongs to a process outside.
void kill_processes(const std::string& path) {
    std::vector<std::pair<pid_t, sys::Fd>> open;
    for (const pid_t pid : processes_of(path)) {
        sys::Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
        if (pidfd)
            open.emplace_back(pid, std::move(pidfd));
    }
    if (open.empty())
        return;
    const auto still = processes_of(path);
    for (const auto& [pid, pidfd] : open)
        if (std::find(still.begin(), still.end(), pid) != still.end())
            ::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0);
}

std::vector<std::string> children_of(const std::string& path) {
    std::vector<std::string> children;
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
    if (!directory)
        return children;
    while (const dirent* entry = ::readdir(directory.get())) {
        const std::string_view name = entry->d_name;
        if (entry->d_type == DT_DIR && name != "." && name != "..")
            children.push_back(path + "/" + std::string(name));
    }
    return children;
}

/// Deepest first; what is busy stays for the next round.
void clear_below(const std::string& path, int depth) {
    kill_processes(path);
    if (depth >= deepest)
        return;
    for (const std::string& child : children_of(path)) {
        clear_below(child, depth + 1);
        ::rmdir(child.c_str());
    }
}

/// Linux 5.14, cgroup.kill: everything below as well, forks included. Then cgroup.events tells by
/// POLLPRI when the last one is gone.
void kill_v2(const std::string& path, Clock::time_point deadline) {
    if (!write_value(path, "cgroup.kill", "1").ok())
        return;
    auto events = sys::open(path + "/cgroup.events", O_RDONLY);
    if (!events.ok())
        return;
    char text[256];
    for (;;) {
        const ssize_t got = ::pread(events->get(), text, sizeof text, 0);
        if (got <= 0 || number_of({text, static_cast<std::size_t>(got)}, "populated") != 1)
            return;
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        pollfd wait = {events->get(), POLLPRI, 0};
        if (left.count() <= 0 || ::poll(&wait, 1, static_cast<int>(left.count())) == 0)
            return;
    }
}

/// Gone already counts as removed.
bool removed(const std::string& path) {
    return ::rmdir(path.c_str()) == 0 || errno == ENOENT;
}

} // namespace

sdk::Result<void> remove_cgroup(const std::string& path, const std::string& run_id) {
    // The journal is ours, but a path is followed by rights to kill: look before touching.
    const auto slash = path.rfind('/');
    if (path.empty() || path[0] != '/' || run_id.empty() ||
        path.substr(slash + 1) != cgroup_name(run_id))
        return sdk::fail("'" + path + "' is not a cgroup of the run " + run_id + ", left alone");

    struct statfs filesystem {};

    if (::statfs(path.c_str(), &filesystem) != 0) {
        if (errno == ENOENT)
            return {};
        return sdk::fail_errno("look at the cgroup " + path, errno);
    }
    const bool v2 = filesystem.f_type == CGROUP2_SUPER_MAGIC;
    if (!v2 && filesystem.f_type != CGROUP_SUPER_MAGIC)
        return sdk::fail(path + " is not in a cgroup file system, left alone");

    if (removed(path))
        return {};
    if (errno != EBUSY)
        return sdk::fail_errno("remove the cgroup " + path, errno);
    const auto deadline = Clock::now() + patience;
    auto pause = std::chrono::milliseconds(1);
    if (v2)
        kill_v2(path, deadline);
    for (;;) {
        clear_below(path, 0);
        if (removed(path))
            return {};
        if (errno != EBUSY)
            return sdk::fail_errno("remove the cgroup " + path, errno);
        if (Clock::now() >= deadline)
            return sdk::fail_errno("remove the cgroup " + path,
                                   EBUSY,
                                   "processes that cannot be killed keep it: microbox gc later");
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, std::chrono::milliseconds(50));
    }
}

} // namespace microbox::limit_cgroup
