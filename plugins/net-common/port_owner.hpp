// SPDX-License-Identifier: MIT
// Who has a port that is to be published: for the error's text only, so that a look is enough and
// the answer may be old by the time it is read.
#pragma once

#include "address.hpp"
#include "publish.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace microbox::net {

/// A line of /proc/net/{tcp,tcp6,udp,udp6}.
struct BoundSocket {
    Address address;
    std::uint16_t port = 0;
    bool listens = false;    ///< TCP; what is bound only is in no list
    std::uint64_t inode = 0; ///< 0: no process has it any more

    auto operator<=>(const BoundSocket&) const = default;
};

/// Lines that are none are left out. [pure]
[[nodiscard]] std::vector<BoundSocket> parse_sockets(std::string_view text);

/// The inodes of those that can keep the port from the publish, of the likeliest kind alone: what
/// is in the way by what the list does not say (IPV6_V6ONLY, SO_REUSEADDR) is named only when there
/// is nothing else. [pure]
[[nodiscard]] std::vector<std::uint64_t> in_the_way(const std::vector<BoundSocket>& sockets,
                                                    const Publish& publish);

/// The name of a process as one word of a message: it is the process's own choice. [pure]
[[nodiscard]] std::string printable(std::string_view name);

struct Owner {
    pid_t pid = 0;
    std::string name; ///< printable

    auto operator<=>(const Owner&) const = default;
};

/// In the network namespace of the calling thread. nullopt: a process that we may not look into, or
/// one of another PID namespace, the kernel itself, or nobody any more.
[[nodiscard]] std::optional<Owner> owner_of(const Publish& publish);

/// The process with the lowest number, which is as a rule not the child but who made the socket.
[[nodiscard]] std::optional<Owner> owner_of(const std::vector<std::uint64_t>& inodes);

} // namespace microbox::net
