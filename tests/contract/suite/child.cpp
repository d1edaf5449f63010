// SPDX-License-Identifier: MIT
#include "tests/contract/suite/child.hpp"

#include "tests/contract/suite/memory_only.hpp"

#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace microbox::contract {

namespace {

constexpr int ended_well = 0;
constexpr int threw = 3;
constexpr int cannot_confine = 4;

void send(int fd, const std::string& text) {
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t written = ::write(fd, text.data() + done, text.size() - done);
        if (written <= 0)
            return;
        done += static_cast<std::size_t>(written);
    }
}

/// Ends the process: nothing of the test program runs on in it.
[[noreturn]] void answer(int fd, const std::function<std::string()>& call) {
    try {
        send(fd, call());
    } catch (const std::exception& thrown) {
        send(fd, thrown.what());
        ::_exit(threw);
    } catch (...) {
        ::_exit(threw);
    }
    ::_exit(ended_well);
}

std::string fault_of(int status, const std::string& text) {
    if (WIFSIGNALED(status))
        return std::string("ended by the signal ") + ::strsignal(WTERMSIG(status));
    switch (WEXITSTATUS(status)) {
    case ended_well:
    case cannot_confine:
        return "";
    case threw:
        return "threw: " + text;
    case forbidden_call:
        return "made a system call: " + text;
    default:
        return "ended the process with " + std::to_string(WEXITSTATUS(status));
    }
}

template <class Body>
ChildOutcome in_child(const Body& body) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0)
        return {"", "pipe2 failed", false};
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        body(ends[1]);
        ::_exit(ended_well);
    }
    ::close(ends[1]);
    ChildOutcome outcome;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;)
        outcome.text.append(buffer, static_cast<std::size_t>(got));
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    outcome.fault = fault_of(status, outcome.text);
    outcome.unavailable = WIFEXITED(status) && WEXITSTATUS(status) == cannot_confine;
    return outcome;
}

bool write_all(const char* path, const std::string& text) {
    return static_cast<bool>(std::ofstream(path) << text << std::flush);
}

bool confine(const std::string& writable) {
    const uid_t user = ::geteuid();
    const gid_t group = ::getegid();
    const int own_user = user == 0 ? 0 : CLONE_NEWUSER;
    if (::unshare(own_user | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNET) < 0)
        return false;
    if (own_user != 0 && (!write_all("/proc/self/setgroups", "deny") ||
                          !write_all("/proc/self/uid_map", "0 " + std::to_string(user) + " 1") ||
                          !write_all("/proc/self/gid_map", "0 " + std::to_string(group) + " 1")))
        return false;
    mount_attr read_only{};
    read_only.attr_set = MOUNT_ATTR_RDONLY;
    return ::mount(nullptr, "/", nullptr, MS_PRIVATE | MS_REC, nullptr) == 0 &&
           ::syscall(
               SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &read_only, sizeof read_only) == 0 &&
           ::mount("tmpfs", writable.c_str(), "tmpfs", 0, nullptr) == 0;
}

} // namespace

ChildOutcome in_watched_child(const std::function<std::string()>& call) {
    return in_child([&](int fd) {
        ::clearenv();
        allow_memory_only(fd);
        answer(fd, call);
    });
}

ChildOutcome in_confined_child(const std::string& writable,
                               const std::function<std::string()>& call) {
    return in_child([&](int fd) {
        if (!confine(writable))
            ::_exit(cannot_confine);
        // The pid namespace is for children: one more.
        const pid_t inner = ::fork();
        if (inner == 0)
            answer(fd, call);
        int status = 0;
        ::waitpid(inner, &status, 0);
        ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    });
}

} // namespace microbox::contract
