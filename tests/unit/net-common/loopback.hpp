// SPDX-License-Identifier: MIT
// Sockets of both families on the loopback interface, none of which blocks.
#pragma once

#include <microbox/sys/fd.hpp>

#include <cerrno>
#include <filesystem>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace microbox::test {

inline sockaddr_storage loopback(int family, in_port_t port = 0) {
    sockaddr_storage address{};
    address.ss_family = static_cast<sa_family_t>(family);
    if (family == AF_INET6) {
        auto& six = reinterpret_cast<sockaddr_in6&>(address);
        six.sin6_addr = in6addr_loopback;
        six.sin6_port = port;
    } else {
        auto& four = reinterpret_cast<sockaddr_in&>(address);
        four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        four.sin_port = port;
    }
    return address;
}

inline const sockaddr* plain(const sockaddr_storage& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

inline sockaddr_storage address_of(int socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    EXPECT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), 0);
    return address;
}

inline in_port_t port_of(const sockaddr_storage& address) {
    return address.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                                         : reinterpret_cast<const sockaddr_in&>(address).sin_port;
}

inline sys::Fd make_socket(int family, int type) {
    sys::Fd fd(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    EXPECT_TRUE(fd) << errno;
    return fd;
}

/// In network order; 0: any.
inline sys::Fd bound(int family, int type, in_port_t port = 0) {
    sys::Fd fd = make_socket(family, type);
    const auto address = loopback(family, port);
    EXPECT_EQ(::bind(fd.get(), plain(address), sizeof address), 0) << errno;
    return fd;
}

/// With small buffers, which accepted sockets inherit, so that little lies between the two ends;
/// and with segments as of an ethernet: those of the loopback interface are as large as the
/// buffers.
inline sys::Fd listening(int family = AF_INET) {
    sys::Fd fd = bound(family, SOCK_STREAM);
    const int small = 65536;
    EXPECT_EQ(::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
    EXPECT_EQ(::setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
    EXPECT_EQ(::listen(fd.get(), 512), 0);
    return fd;
}

/// The kernel completes it; nobody needs to accept for that.
inline sys::Fd connected(const sockaddr_storage& address) {
    sys::Fd fd = make_socket(address.ss_family, SOCK_STREAM);
    if (::connect(fd.get(), plain(address), sizeof address) < 0) {
        EXPECT_EQ(errno, EINPROGRESS);
        pollfd wait = {fd.get(), POLLOUT, 0};
        EXPECT_EQ(::poll(&wait, 1, 10000), 1);
    }
    return fd;
}

inline void close_by_reset(sys::Fd& fd) {
    const linger at_once = {1, 0};
    EXPECT_EQ(::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    fd.reset();
}

inline std::ptrdiff_t open_descriptors() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                         std::filesystem::directory_iterator());
}

} // namespace microbox::test
