// SPDX-License-Identifier: MIT
#include "core/run/own_namespaces.hpp"

#include <microbox/sys/file.hpp>

#include <array>
#include <cerrno>
#include <string>

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

namespace microbox::core {

namespace {

struct Namespace {
    int flag;
    const char* name;
};

constexpr std::array namespaces = {Namespace{CLONE_NEWUSER, "user"},
                                   Namespace{CLONE_NEWNS, "mnt"},
                                   Namespace{CLONE_NEWPID, "pid"},
                                   Namespace{CLONE_NEWNET, "net"},
                                   Namespace{CLONE_NEWIPC, "ipc"},
                                   Namespace{CLONE_NEWUTS, "uts"},
                                   Namespace{CLONE_NEWCGROUP, "cgroup"},
                                   Namespace{CLONE_NEWTIME, "time"}};

sdk::Result<std::string> link_at(int directory, const std::string& name) {
    char target[64];
    const ssize_t got = ::readlinkat(directory, name.c_str(), target, sizeof target);
    if (got < 0)
        return sdk::fail_errno("read the namespace link " + name, errno);
    return std::string(target, static_cast<std::size_t>(got));
}

} // namespace

sdk::Result<void> check_own_namespaces(int types, int proc) {
    MBX_TRY(const sys::Fd ours, sys::open("/proc/self/ns", O_RDONLY | O_DIRECTORY));
    MBX_TRY(const sys::Fd theirs, sys::open_at(proc, "ns", O_RDONLY | O_DIRECTORY));
    for (const Namespace& space : namespaces) {
        if ((types & space.flag) == 0)
            continue;
        MBX_TRY(const std::string mine, link_at(ours.get(), space.name));
        MBX_TRY(const std::string its, link_at(theirs.get(), space.name));
        if (mine == its)
            return sdk::fail(std::string("the ") + space.name + " namespace is the host's");
    }
    return {};
}

} // namespace microbox::core
