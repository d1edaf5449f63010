// SPDX-License-Identifier: MIT
// Whom the command could talk to.
#include "core/prober/answer.hpp"

#include <asm/errno.h>
#include <asm/poll.h>
#include <asm/socket.h>
#include <linux/if.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/net.h>
#include <linux/sockios.h>

namespace microbox::prober {

namespace {

constexpr long inet = 2;   // AF_INET, which only libc's headers name
constexpr long inet6 = 10; // AF_INET6
constexpr long stream = SOCK_STREAM;
constexpr long datagram = SOCK_DGRAM;
constexpr long no_wait = 04000; // SOCK_NONBLOCK
constexpr long patience_ms = 500;

int digit_of(char c) {
    return c >= 'a' ? c - 'a' + 10 : c - '0';
}

/// The bytes of an address; how many, 4 or 16.
std::size_t bytes_of(const char* hex, unsigned char* bytes) {
    std::size_t count = 0;
    for (; hex[0] != 0 && hex[1] != 0 && count < 16; hex += 2)
        bytes[count++] = static_cast<unsigned char>(digit_of(hex[0]) * 16 + digit_of(hex[1]));
    return count;
}

std::uint16_t swapped(std::uint64_t port) {
    return static_cast<std::uint16_t>((port << 8U) | ((port >> 8U) & 0xffU));
}

/// What became of a connection that had to wait.
void wait_for(long fd, Answer& answer) {
    pollfd wanted{static_cast<int>(fd), POLLOUT, 0};

    struct {
        long seconds, nanoseconds;
    } patience{0, patience_ms * 1000000};

    if (raw(__NR_ppoll, at(&wanted), 1, at(&patience), 0, 8) == 0)
        return answer.text("silence");
    int error = 0;
    int size = sizeof error;
    raw(__NR_getsockopt, fd, SOL_SOCKET, SO_ERROR, at(&error), at(&size));
    return error == 0 ? answer.text("connected") : answer.error(-error);
}

} // namespace

void link_state(const Words& words, Answer& answer) {
    const long fd = raw(__NR_socket, inet, datagram, 0);
    if (fd < 0)
        return answer.error(fd);
    ifreq request{};
    for (std::size_t i = 0; i < IFNAMSIZ - 1 && words.word[0][i] != 0; ++i)
        request.ifr_name[i] = words.word[0][i];
    const long failed = raw(__NR_ioctl, fd, SIOCGIFFLAGS, at(&request));
    raw(__NR_close, fd);
    if (failed < 0)
        return answer.error(failed);
    answer.text((static_cast<unsigned>(request.ifr_flags) & IFF_UP) != 0 ? "up" : "down");
}

void connect(const Words& words, Answer& answer) {
    unsigned char bytes[16]{};
    const bool six = bytes_of(words.word[0], bytes) == 16;
    const std::uint16_t port = swapped(number_of(words.word[1]));
    const long fd = raw(__NR_socket, six ? inet6 : inet, stream | no_wait, 0);
    if (fd < 0)
        return answer.error(fd);
    sockaddr_in four{};
    four.sin_family = static_cast<std::uint16_t>(inet);
    four.sin_port = port;
    __builtin_memcpy(&four.sin_addr, bytes, 4);
    sockaddr_in6 long_one{};
    long_one.sin6_family = static_cast<std::uint16_t>(inet6);
    long_one.sin6_port = port;
    __builtin_memcpy(&long_one.sin6_addr, bytes, 16);
    const long failed = six ? raw(__NR_connect, fd, at(&long_one), sizeof long_one)
                            : raw(__NR_connect, fd, at(&four), sizeof four);
    if (failed == -EINPROGRESS)
        wait_for(fd, answer);
    else if (failed < 0)
        answer.error(failed);
    else
        answer.text("connected");
    raw(__NR_close, fd);
}

} // namespace microbox::prober
