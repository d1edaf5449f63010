// SPDX-License-Identifier: MIT
#include "core/spawn/id_map.hpp"

#include "core/child/raw.hpp"
#include "core/state/ids.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string>

#include <linux/sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace microbox::core {

namespace {

std::string line(std::uint32_t inside, std::uint32_t outside, std::uint32_t count) {
    return std::to_string(inside) + " " + std::to_string(outside) + " " + std::to_string(count) +
           "\n";
}

/// A line of a map must lie in one line of the map of the namespace above (map_write in
/// kernel/user_namespace.c).
std::string same_ids(const IdMap& foothold, std::uint32_t count) {
    std::string text;
    for (const IdExtent& extent : foothold)
        if (extent.inside < count)
            text +=
                line(extent.inside, extent.inside, std::min(extent.count, count - extent.inside));
    return text;
}

std::string owner_map(std::uint32_t owner, std::uint32_t first) {
    return line(owner, first, 1) + line(first + 1, first + 1, ids_per_run - 1);
}

/// A process that waits to be killed, in a user namespace of its own.
struct Holder {
    pid_t pid = -1;
    sys::Fd pidfd;

    Holder() = default;
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;

    ~Holder() {
        if (pid <= 0)
            return;
        ::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0);
        ::waitpid(pid, nullptr, 0);
    }
};

bool start(Holder& holder) {
    int pidfd = -1;
    clone_args arguments{};
    arguments.flags = CLONE_NEWUSER | CLONE_PIDFD;
    arguments.pidfd = reinterpret_cast<std::uintptr_t>(&pidfd);
    arguments.exit_signal = SIGCHLD;
    const long pid = ::syscall(SYS_clone3, &arguments, sizeof arguments);
    if (pid == 0) {
        child::raw(__NR_prctl, 1 /* PR_SET_PDEATHSIG */, SIGKILL);
        for (;;)
            child::raw(__NR_ppoll, 0, 0, 0, 0, 8);
    }
    holder.pid = static_cast<pid_t>(pid);
    holder.pidfd.reset(pidfd);
    return pid > 0;
}

} // namespace

sdk::Result<void> write_id_maps(int proc_of_child, const Caller& caller, std::uint32_t first) {
    const std::string lease = line(0, first, ids_per_run);
    const bool here = caller.has_host;
    MBX_CHECK(sys::write_file_at(
        proc_of_child, "uid_map", here ? lease : same_ids(caller.users, users_of(caller))));
    return sys::write_file_at(
        proc_of_child, "gid_map", here ? lease : same_ids(caller.groups, groups_of(caller)));
}

sdk::Result<sys::Fd> owner_namespace(std::uint32_t uid, std::uint32_t gid, std::uint32_t first) {
    Holder holder;
    if (!start(holder))
        return sdk::fail_errno("make a user namespace for an id-mapped mount", errno);
    MBX_TRY(const sys::Fd proc,
            sys::open("/proc/" + std::to_string(holder.pid), O_PATH | O_DIRECTORY));
    MBX_CHECK(sys::write_file_at(proc.get(), "uid_map", owner_map(uid, first)));
    MBX_CHECK(sys::write_file_at(proc.get(), "gid_map", owner_map(gid, first)));
    return sys::open_at(proc.get(), "ns/user", O_RDONLY);
}

} // namespace microbox::core
