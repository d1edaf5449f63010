// SPDX-License-Identifier: MIT
#include "relay.hpp"

#include "network_namespace.hpp"

#include <cerrno>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace microbox::net {

sys::Fd Target::socket(int type) const {
    return socket_in(network, family(), type | SOCK_NONBLOCK, 0);
}

int Target::connect(int socket) const {
    return ::connect(socket, reinterpret_cast<const sockaddr*>(&address), size) < 0 ? errno : 0;
}

bool is_reserved(int fd) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return false;
    return static_cast<rlim_t>(fd) + reserved_descriptors >= limit.rlim_cur;
}

std::string name_of(int socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) < 0)
        return "a published port";
    char text[INET6_ADDRSTRLEN] = "";
    if (address.ss_family == AF_INET6) {
        const auto* six = reinterpret_cast<const sockaddr_in6*>(&address);
        ::inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof text);
        return "[" + std::string(text) + "]:" + std::to_string(ntohs(six->sin6_port));
    }
    const auto* four = reinterpret_cast<const sockaddr_in*>(&address);
    ::inet_ntop(AF_INET, &four->sin_addr, text, sizeof text);
    return std::string(text) + ":" + std::to_string(ntohs(four->sin_port));
}

} // namespace microbox::net
