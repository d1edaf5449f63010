// SPDX-License-Identifier: MIT
#include "pasta.hpp"

#include "newborn.hpp"

#include <microbox/sys/helper_process.hpp>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace microbox::net_pasta {

namespace {

constexpr auto patience = std::chrono::seconds(15);
constexpr auto by_pidfd = static_cast<idtype_t>(3); // P_PIDFD

/// A process that is the first of a PID namespace: it sees no other, and none that it may leave
/// outlives it.
pid_t fork_alone() {
    return static_cast<pid_t>(
        ::syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
}

} // namespace

sdk::Result<void> Pasta::start(sdk::Session& session,
                               const Cell& cell,
                               std::vector<std::string> arguments,
                               bool own_tun) {
    MBX_TRY(Pipe ready, make_pipe());
    MBX_TRY(Pipe words, make_pipe());
    MBX_TRY(Pipe go, make_pipe());
    // It opens this one by its name in /proc, with an id that is not ours.
    if (::fchmod(ready.write.get(), 0666) < 0 || ::fcntl(words.read.get(), F_SETFL, O_NONBLOCK) < 0)
        return sdk::fail_errno("pipes of pasta", errno);
    Newborn newborn;
    newborn.users = cell.users.get();
    newborn.network = cell.network.get();
    newborn.ready = ready.write.get();
    newborn.words = words.write.get();
    newborn.go = go.read.get();
    newborn.own_tun = own_tun;
    for (std::string& argument : arguments)
        newborn.arguments.push_back(argument.data());
    newborn.arguments.push_back(nullptr);
    const pid_t pid = fork_alone();
    if (pid < 0)
        return sdk::fail_errno("start pasta", errno);
    if (pid == 0) {
        ::close(go.write.get()); // its end must be ours alone
        become_pasta(newborn);
    }
    process_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!process_)
        return sdk::fail_errno("watch pasta", errno);
    words_ = std::move(words.read);
    MBX_TRY(const std::string entry, sys::helper_entry(journal_word, pid));
    MBX_CHECK(session.journal(entry));
    const char byte = 1;
    if (::write(go.write.get(), &byte, 1) != 1 && errno != EPIPE)
        return sdk::fail_errno("start pasta", errno);
    ready.write.reset();
    words.write.reset();
    return wait_until_ready(ready.read.get());
}

sdk::Result<void> Pasta::wait_until_ready(int ready) {
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            until - std::chrono::steady_clock::now());
        pollfd fds[] = {{ready, POLLIN, 0}, {words_.get(), POLLIN, 0}, {process_.get(), POLLIN, 0}};
        const int count = ::poll(fds, 3, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
        if (count < 0 && errno != EINTR)
            return sdk::fail_errno("wait for pasta", errno);
        if (count == 0) {
            listen();
            const std::string last = last_.line();
            return sdk::fail("pasta is not ready after 15 seconds" +
                             (last.empty() ? "" : ": " + last));
        }
        listen();
        char said = 0;
        if ((fds[0].revents & POLLIN) != 0 && ::read(ready, &said, 1) == 1)
            return {};
        if (fds[2].revents != 0)
            return ended();
    }
}

void Pasta::listen() {
    char room[1024];
    ssize_t got = 0;
    while ((got = ::read(words_.get(), room, sizeof room)) > 0)
        last_.add({room, static_cast<std::size_t>(got)});
}

sdk::Error Pasta::ended() {
    listen();
    siginfo_t info{};
    ::waitid(by_pidfd, static_cast<id_t>(process_.get()), &info, WEXITED | WNOHANG | WNOWAIT);
    const std::string how = info.si_code == CLD_EXITED
                                ? "has ended with code " + std::to_string(info.si_status)
                                : "was killed by signal " + std::to_string(info.si_status);
    const std::string last = last_.line();
    return sdk::fail("pasta " + how + (last.empty() ? ", and said nothing" : ": " + last));
}

sdk::Result<void> Pasta::watch(sdk::Session& session) {
    session.watch(process_.get(), POLLIN, [this](sdk::Session&, short) -> sdk::Result<void> {
        return ended();
    });
    session.watch(words_.get(), POLLIN, [this](sdk::Session& now, short happened) {
        listen();
        if ((happened & POLLHUP) != 0) // poll would not cease to tell
            now.unwatch(words_.get());
        return sdk::Result<void>();
    });
    return {};
}

} // namespace microbox::net_pasta
