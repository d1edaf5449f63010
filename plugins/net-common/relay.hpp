// SPDX-License-Identifier: MIT
// What both relays share. Of --net bridge they serve ports published on loopback: the kernel's NAT
// cannot serve 127.0.0.1 without route_localnet, nor ::1 at all, as the route of the answer is
// bound to the loopback interface (rt6_need_strict, net/ipv6/route.c). Of --net pasta they serve
// all.
//
// A relay lives in the supervisor's one poll loop: nothing in it waits, and no fault of a client or
// of the target ends the run. Its callbacks hold its address, so that it stays where it is until
// the loop has ended; then it may be destroyed, and takes no watch away. Writing to a socket whose
// peer has gone raises SIGPIPE, and splice(2) has no MSG_NOSIGNAL: the supervisor ignores SIGPIPE.
#pragma once

#include <microbox/sys/fd.hpp>

#include <cstddef>
#include <string>

#include <sys/resource.h>
#include <sys/socket.h>

namespace microbox::net {

/// Where a relay leads: an address, and the network in which it is meant.
struct Target {
    sockaddr_storage address{};
    socklen_t size = 0;
    int network = -1; ///< descriptor of a network namespace; -1: the supervisor's own

    [[nodiscard]] int family() const { return address.ss_family; }

    /// A socket there, not connected, that does not wait. errno says what is wrong.
    [[nodiscard]] sys::Fd socket(int type) const;

    /// connect(2). Errors: the errno, 0 for none.
    [[nodiscard]] int connect(int socket) const;
};

/// Clients at once, connections or UDP addresses.
constexpr std::size_t most_clients = 256;

/// Descriptors of the supervisor that a relay leaves to the rest of the run: the clean-up opens
/// files, and clients must not be able to prevent it.
constexpr rlim_t reserved_descriptors = 64;

/// True when this new descriptor is one of the reserved. The kernel gives the lowest number that is
/// free, so a number near the limit says that nearly all below it are taken, by whomever.
[[nodiscard]] bool is_reserved(int fd);

/// The address that a socket is bound to: "127.0.0.1:8080", "[::1]:8080".
[[nodiscard]] std::string name_of(int socket);

} // namespace microbox::net
