// SPDX-License-Identifier: MIT
#include "core/run/examine.hpp"

#include "core/run/covered.hpp"
#include "core/spawn/foothold.hpp"

#include <microbox/sys/fd.hpp>
#include <microbox/sys/file.hpp>

#include <cerrno>
#include <functional>
#include <string>

#include <linux/mount.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace microbox::core {

namespace {

/// What a process of a moment finds: "" that all is well, else the remedy. That it could not be
/// asked is found too.
std::string in_a_process(const std::function<std::string()>& find) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0)
        return "a process could not be asked";
    const sys::Fd reader(ends[0]);
    sys::Fd writer(ends[1]);
    const pid_t child = ::fork();
    if (child == 0) {
        const std::string found = find();
        const auto written = sys::write_all(writer.get(), found + "\n", "the finding");
        ::_exit(written.ok() ? 0 : 1);
    }
    writer.reset();
    auto said = sys::read_all(reader.get(), "the finding");
    if (child > 0)
        ::waitpid(child, nullptr, 0);
    if (!said.ok() || said->empty())
        return "a process could not be asked";
    said->pop_back();
    return std::move(*said);
}

std::string words_of(const sdk::Error& error) {
    return error.hint.empty() ? error.what : error.what + ": " + error.hint;
}

std::string try_foothold(const Caller& caller) {
    const auto entered = enter_foothold(caller);
    return entered.ok() ? "" : words_of(entered.error());
}

/// A proc shows the pid namespace of who mounts it, and wants rights over that.
std::string try_proc() {
    const sys::Fd context(static_cast<int>(::syscall(SYS_fsopen, "proc", FSOPEN_CLOEXEC)));
    if (!context ||
        ::syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) < 0)
        return "proc cannot be mounted: " + std::string(::strerror(errno));
    const sys::Fd tree(
        static_cast<int>(::syscall(SYS_fsmount,
                                   context.get(),
                                   FSMOUNT_CLOEXEC,
                                   MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)));
    return tree ? "" : hint_for_covered("/proc");
}

std::string try_foothold_and_proc(const Caller& caller) {
    if (std::string problem = try_foothold(caller); !problem.empty())
        return problem;
    if (::unshare(CLONE_NEWPID) < 0)
        return "no process namespace: " + std::string(::strerror(errno));
    return in_a_process(try_proc);
}

sdk::Finding found(const char* need, const std::string& problem, bool required) {
    return {need, problem.empty(), problem, required};
}

} // namespace

std::vector<sdk::Finding> examine_caller(const Caller& caller) {
    if (caller.has_host)
        return {};
    const std::string foothold = in_a_process([&] { return try_foothold(caller); });
    std::vector<sdk::Finding> findings = {
        found("a user namespace for a caller without root", foothold, true),
        found("65536 ids for a sandbox of this caller", caller.few_ids, false)};
    if (foothold.empty())
        findings.push_back(found("a /proc for the sandbox",
                                 in_a_process([&] { return try_foothold_and_proc(caller); }),
                                 true));
    return findings;
}

} // namespace microbox::core
