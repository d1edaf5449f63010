// SPDX-License-Identifier: MIT
#include "port.hpp"

#include "port_owner.hpp"

#include <cerrno>
#include <string>

#include <netinet/in.h>
#include <sys/socket.h>

namespace microbox::net {

namespace {

/// Errors: the errno, 0 for none.
int bind_to(int socket, const Publish& publish) {
    const Endpoint where = endpoint(publish.address, publish.host);
    const auto* address = reinterpret_cast<const sockaddr*>(&where.storage);
    return ::bind(socket, address, where.size) < 0 ? errno : 0;
}

/// bind(2) takes a broadcast address too (__inet_bind, net/ipv4/af_inet.c), where nobody can
/// listen. Without SO_BROADCAST connect(2) does not (ip4_datagram_connect, net/ipv4/datagram.c);
/// with UDP it sends nothing.
bool is_broadcast(const Publish& publish) {
    if (publish.address.family != AF_INET)
        return false;
    const sys::Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const Endpoint where = endpoint(publish.address, publish.host);
    const auto* address = reinterpret_cast<const sockaddr*>(&where.storage);
    return socket && ::connect(socket.get(), address, where.size) < 0 && errno == EACCES;
}

/// Errors: the errno, 0 for none.
int prepare(int socket, const Publish& publish) {
    const int on = 1;
    // Otherwise [::] has the port of IPv4 as well, which may be another's.
    if (publish.address.family == AF_INET6 &&
        ::setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) < 0)
        return errno;
    // Connections of an earlier run that are in TIME_WAIT keep the port from the next for a minute;
    // two that listen conflict all the same. Two of UDP would not, and the later one would have all
    // (udp_lib_lport_inuse, net/ipv4/udp.c).
    if (!publish.udp && ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0)
        return errno;
    if (const int error = bind_to(socket, publish); error != 0)
        return error;
    if (is_broadcast(publish))
        return EADDRNOTAVAIL;
    // With SO_REUSEADDR on both sides bind(2) lets two pass, and it is here that they conflict
    // (inet_csk_listen_start, net/ipv4/inet_connection_sock.c).
    if (!publish.udp && ::listen(socket, SOMAXCONN) < 0)
        return errno;
    return 0;
}

sdk::Error in_use(const Publish& publish) {
    const auto owner = owner_of(publish);
    return sdk::fail(
        publish.source + ": " + to_text(publish) + " is in use" +
            (owner ? " by " + owner->name + " (pid " + std::to_string(owner->pid) + ")" : ""),
        "choose another port of the host: --publish PORT:" + std::to_string(publish.sandbox));
}

sdk::Error no_address(const Publish& publish) {
    const bool four = publish.address.family == AF_INET;
    return sdk::fail(
        publish.source + ": " + to_text(publish.address) + " is no address of this host",
        std::string("`ip address` shows them; ") + (four ? "0.0.0.0" : "[::]") + " stands for all");
}

sdk::Error refused(const Publish& publish, int number) {
    const std::string where = publish.source + ": " + to_text(publish);
    sdk::Error error;
    switch (number) {
    case EADDRINUSE:
        error = in_use(publish);
        break;
    case EADDRNOTAVAIL:
        error = no_address(publish);
        break;
    case EAFNOSUPPORT:
        error = sdk::fail(where + ": this host has no " +
                          (publish.address.family == AF_INET ? "IPv4" : "IPv6"));
        break;
    case EACCES:
        error = sdk::fail_errno(
            where, number, "ports below net.ipv4.ip_unprivileged_port_start are root's");
        break;
    default:
        error = sdk::fail_errno(where, number);
    }
    error.error_number = number;
    return error;
}

} // namespace

sdk::Result<sys::Fd> take_port(const Publish& publish) {
    const int type = publish.udp ? SOCK_DGRAM : SOCK_STREAM;
    sys::Fd socket(::socket(publish.address.family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket)
        return refused(publish, errno);
    if (const int error = prepare(socket.get(), publish); error != 0)
        return refused(publish, error);
    return socket;
}

bool may_be_left_out(const Publish& publish, const sdk::Error& error) {
    return publish.by_default && publish.address.family == AF_INET6 &&
           (error.error_number == EAFNOSUPPORT || error.error_number == EADDRNOTAVAIL);
}

} // namespace microbox::net
