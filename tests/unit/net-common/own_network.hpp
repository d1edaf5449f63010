// SPDX-License-Identifier: MIT
// Tests of ports: in a network namespace that nobody else is in, where that may be had; and on
// ports that are free, where it may not.
#pragma once

#include "loopback.hpp"

#include <csignal>
#include <cstring>
#include <fstream>
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

namespace microbox::test {

/// Each test begins in a network of its own, which has the loopback interface alone.
class OwnNetwork : public ::testing::Test {
protected:
    void SetUp() override {
        alone_ = ::unshare(CLONE_NEWNET) == 0 || ::unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0;
        if (!alone_)
            return;
        const sys::Fd fd = make_socket(AF_INET, SOCK_DGRAM);
        ifreq lo{};
        std::strcpy(lo.ifr_name, "lo");
        lo.ifr_flags = IFF_UP;
        ASSERT_EQ(::ioctl(fd.get(), SIOCSIFFLAGS, &lo), 0) << errno;
    }

    /// What changes the network may be done.
    [[nodiscard]] bool alone() const { return alone_; }

    [[nodiscard]] static bool write(const std::string& path, const std::string& text) {
        std::ofstream file(path);
        file << text << std::flush;
        return file.good();
    }

private:
    bool alone_ = false;
};

inline std::uint16_t number_of(const sys::Fd& socket) {
    return ntohs(port_of(address_of(socket.get())));
}

/// Of neither TCP nor UDP, of neither family, a moment ago.
inline std::uint16_t free_port() {
    for (;;) {
        sys::Fd tcp = make_socket(AF_INET6, SOCK_STREAM);
        sys::Fd udp = make_socket(AF_INET6, SOCK_DGRAM);
        sockaddr_in6 any{};
        any.sin6_family = AF_INET6;
        const auto* address = reinterpret_cast<const sockaddr*>(&any);
        EXPECT_EQ(::bind(tcp.get(), address, sizeof any), 0) << errno;
        any.sin6_port = port_of(address_of(tcp.get()));
        if (::bind(udp.get(), address, sizeof any) == 0)
            return number_of(tcp);
    }
}

/// Bound to any address of either family, with an option or none: nothing is expected of it.
inline sys::Fd socket_at(const std::string& text, std::uint16_t port, int type, int v6only = 1) {
    sockaddr_storage address{};
    auto& four = reinterpret_cast<sockaddr_in&>(address);
    auto& six = reinterpret_cast<sockaddr_in6&>(address);
    const bool is_six = text.find(':') != std::string::npos;
    address.ss_family = is_six ? AF_INET6 : AF_INET;
    (is_six ? six.sin6_port : four.sin_port) = htons(port);
    void* const bytes =
        is_six ? static_cast<void*>(&six.sin6_addr) : static_cast<void*>(&four.sin_addr);
    EXPECT_EQ(::inet_pton(address.ss_family, text.c_str(), bytes), 1) << text;
    sys::Fd fd = make_socket(address.ss_family, type);
    if (is_six) {
        EXPECT_EQ(::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof v6only), 0);
    }
    EXPECT_EQ(::bind(fd.get(), plain(address), sizeof address), 0) << text << " " << errno;
    if (type == SOCK_STREAM) {
        EXPECT_EQ(::listen(fd.get(), 8), 0) << errno;
    }
    return fd;
}

/// A process with what this one has open, until it goes out of scope.
class Process {
public:
    explicit Process(const std::function<void()>& first = [] {}) {
        int ready[2];
        EXPECT_EQ(::pipe2(ready, O_CLOEXEC), 0);
        pid_ = ::fork();
        if (pid_ == 0) {
            first();
            ::close(ready[0]);
            ::close(ready[1]);
            for (;;)
                ::pause();
        }
        ::close(ready[1]);
        char none = 0;
        EXPECT_EQ(::read(ready[0], &none, 1), 0);
        ::close(ready[0]);
    }

    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    ~Process() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }

    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    pid_t pid_ = -1;
};

} // namespace microbox::test
