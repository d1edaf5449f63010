// SPDX-License-Identifier: MIT
// pidfds only: a refused clone leaves pid -1, and kill(-1) is everybody (kernel.md 12).
#include "core/spawn/launch.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace microbox::core {

Sandbox& Sandbox::operator=(Sandbox&& other) noexcept {
    if (this != &other) {
        end();
        pid_ = other.pid_;
        pidfd_ = std::move(other.pidfd_);
        sync_ = std::move(other.sync_);
        control_ = std::move(other.control_);
    }
    return *this;
}

void Sandbox::end() {
    if (!pidfd_)
        return;
    kill();
    reap();
}

void Sandbox::kill() const {
    if (pidfd_)
        ::syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0);
}

int Sandbox::reap() {
    siginfo_t info{};
    constexpr auto by_pidfd = static_cast<idtype_t>(3); // P_PIDFD
    int failed = 0;
    while ((failed = ::waitid(by_pidfd, static_cast<id_t>(pidfd_.get()), &info, WEXITED)) < 0 &&
           errno == EINTR) {
    }
    pidfd_.reset();
    pid_ = -1;
    if (failed < 0)
        return SIGKILL; // how it ended is not known: not well
    return info.si_code == CLD_EXITED ? info.si_status << 8 : info.si_status;
}

bool Sandbox::receive(child::Message& message, pid_t& sender, bool wait, sys::Fd* passed) const {
    iovec data{&message, sizeof message};
    alignas(cmsghdr) char space[CMSG_SPACE(sizeof(ucred)) + CMSG_SPACE(sizeof(int))];
    msghdr header{};
    header.msg_iov = &data;
    header.msg_iovlen = 1;
    header.msg_control = space;
    // A descriptor for which there is no room is never installed (MSG_CTRUNC).
    header.msg_controllen = passed != nullptr ? sizeof space : CMSG_SPACE(sizeof(ucred));
    ssize_t got = 0;
    while ((got = ::recvmsg(sync_.get(), &header, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT))) <
               0 &&
           errno == EINTR) {
    }
    if (got != static_cast<ssize_t>(sizeof message))
        return false;
    for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
        if (c->cmsg_level != SOL_SOCKET)
            continue;
        if (c->cmsg_type == SCM_CREDENTIALS) {
            ucred credentials{};
            std::memcpy(&credentials, CMSG_DATA(c), sizeof credentials);
            sender = credentials.pid;
        } else if (c->cmsg_type == SCM_RIGHTS && passed != nullptr) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(c), sizeof fd);
            passed->reset(fd);
        }
    }
    return true;
}

sdk::Result<void> Sandbox::say(child::Go word) const {
    const auto byte = static_cast<std::uint8_t>(word);
    ssize_t sent = 0;
    // MSG_NOSIGNAL: a child that has died is noticed by its pidfd, not by SIGPIPE.
    while ((sent = ::send(sync_.get(), &byte, sizeof byte, MSG_NOSIGNAL)) < 0 && errno == EINTR) {
    }
    // A child that was not told would wait for ever, and we for it.
    if (sent < 0 && errno != EPIPE && errno != ECONNRESET)
        return sdk::fail_errno("tell the sandbox to go on", errno);
    return {};
}

void Sandbox::signal_command(int signal, bool group) const {
    const child::Control control{static_cast<std::uint8_t>(signal),
                                 static_cast<std::uint8_t>(group ? 1 : 0)};
    [[maybe_unused]] const ssize_t written = ::write(control_.get(), &control, sizeof control);
}

} // namespace microbox::core
