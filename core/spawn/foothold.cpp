// SPDX-License-Identifier: MIT
// unshare, maps (written by a child that stayed outside, where that needs rights), root's ids, and
// the mounts cut off from the host's.
#include "core/spawn/foothold.hpp"

#include "core/host/helper.hpp"
#include "core/spawn/refused.hpp"

#include <microbox/sys/file.hpp>

#include <cerrno>
#include <csignal>

#include <grp.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace microbox::core {

namespace {

std::string as_lines(const IdMap& map) {
    std::string text;
    for (const IdExtent& extent : map)
        text += std::to_string(extent.inside) + " " + std::to_string(extent.outside) + " " +
                std::to_string(extent.count) + "\n";
    return text;
}

std::vector<std::string> helper_words(const char* name, pid_t process, const IdMap& map) {
    std::vector<std::string> words = {name, std::to_string(process)};
    for (const IdExtent& extent : map)
        for (const std::uint32_t number : {extent.inside, extent.outside, extent.count})
            words.push_back(std::to_string(number));
    return words;
}

sdk::Result<void> write_map(
    const Caller& caller, pid_t process, const char* helper, const char* file, const IdMap& map) {
    if (caller.writer == Caller::MapWriter::helpers) {
        auto said = output_of(helper_words(helper, process, map));
        return said.ok() ? sdk::Result<void>() : sdk::Result<void>(said.error());
    }
    return sys::write_file_at(
        AT_FDCWD, "/proc/" + std::to_string(process) + "/" + file, as_lines(map));
}

sdk::Result<void> write_maps(const Caller& caller, pid_t process) {
    MBX_CHECK(write_map(caller, process, "newuidmap", "uid_map", caller.users));
    return write_map(caller, process, "newgidmap", "gid_map", caller.groups);
}

/// A child that stays in the caller's user namespace and writes the maps of the new one when it is
/// told to: who may write more than one id must be there (user_namespaces(7)).
class Outsider {
public:
    Outsider() = default;
    Outsider(const Outsider&) = delete;
    Outsider& operator=(const Outsider&) = delete;

    ~Outsider() {
        ours_.reset();
        if (child_ > 0)
            ::waitpid(child_, nullptr, 0);
    }

    sdk::Result<void> start(const Caller& caller) {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
            return sdk::fail_errno("make a socket", errno);
        ours_.reset(ends[0]);
        const sys::Fd theirs(ends[1]);
        const pid_t process = ::getpid();
        child_ = ::fork();
        if (child_ < 0)
            return sdk::fail_errno("start the writer of the id maps", errno);
        if (child_ == 0) {
            ours_.reset();
            serve(theirs.get(), caller, process);
        }
        return {};
    }

    /// The namespace is there: have its maps written.
    sdk::Result<void> write() {
        char answer[512];
        const bool told = ::send(ours_.get(), "m", 1, MSG_NOSIGNAL) == 1;
        const ssize_t got = told ? ::recv(ours_.get(), answer, sizeof answer, 0) : -1;
        if (got <= 0)
            return sdk::fail("the writer of the id maps has ended");
        if (got == 1)
            return {};
        return sdk::fail(
            "write the id maps: " + std::string(answer, static_cast<std::size_t>(got)),
            "the ranges of /etc/subuid and /etc/subgid, and the rights of newuidmap and newgidmap, "
            "decide this: see `microbox doctor`");
    }

private:
    [[noreturn]] static void serve(int socket, const Caller& caller, pid_t process) {
        char word = 0;
        if (::recv(socket, &word, 1, 0) == 1) {
            const auto written = write_maps(caller, process);
            const std::string answer = written.ok() ? "" : written.error().what;
            const std::string text = answer.empty() ? "k" : answer.substr(0, 500) + " ";
            ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
        }
        ::_exit(0);
    }

    sys::Fd ours_;
    pid_t child_ = -1;
};

/// One's own id is all that everybody may map, and only without setgroups(2): a group that is
/// dropped could open what a negative entry for it closes (CVE-2014-8989).
sdk::Result<void> map_itself(const Caller& caller) {
    MBX_CHECK(sys::write_file_at(AT_FDCWD, "/proc/self/setgroups", "deny"));
    MBX_CHECK(sys::write_file_at(AT_FDCWD, "/proc/self/uid_map", as_lines(caller.users)));
    return sys::write_file_at(AT_FDCWD, "/proc/self/gid_map", as_lines(caller.groups));
}

/// The groups of the caller stay outside, where that is allowed: they open files of the host.
sdk::Result<void> become_root(const Caller& caller) {
    if (!caller.keeps_groups && ::setgroups(0, nullptr) < 0)
        return sdk::fail_errno("drop the caller's groups", errno);
    if (::setresgid(0, 0, 0) < 0 || ::setresuid(0, 0, 0) < 0)
        return sdk::fail_errno("become root of the user namespace", errno);
    return {};
}

/// Root that is mapped to root of the namespace above could give files capabilities that count
/// there (verify_root_map in kernel/user_namespace.c, Linux 5.12).
sdk::Error refused_maps(const Caller& caller, sdk::Error error) {
    if (caller.user == 0)
        error.hint =
            "root of a container may map itself only with CAP_SETFCAP, and further ids with "
            "CAP_SETUID and CAP_SETGID: start the container with these, or call microbox as "
            "another user of it";
    return error;
}

} // namespace

sdk::Result<void> enter_foothold(const Caller& caller) {
    const bool alone = caller.writer == Caller::MapWriter::itself;
    Outsider outsider;
    if (!alone)
        MBX_CHECK(outsider.start(caller));
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
        return refused_namespace("make a user namespace", errno);
    if (auto mapped = alone ? map_itself(caller) : outsider.write(); !mapped.ok())
        return refused_maps(caller, std::move(mapped.error()));
    MBX_CHECK(become_root(caller));
    if (::mount(nullptr, "/", nullptr, MS_SLAVE | MS_REC, nullptr) < 0)
        return refused_namespace("cut the mount namespace off the host's", errno);
    return {};
}

} // namespace microbox::core
