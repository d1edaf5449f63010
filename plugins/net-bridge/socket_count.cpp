// SPDX-License-Identifier: MIT
#include "socket_count.hpp"

#include <microbox/sys/file.hpp>

#include <string>

namespace microbox::net_bridge {

sdk::Result<SocketCount> SocketCount::of(pid_t pid) {
    const std::string folder = "/proc/" + std::to_string(pid) + "/net/";
    MBX_TRY(sys::Fd ip4, sys::open(folder + "sockstat", O_RDONLY));
    auto ip6 = sys::open(folder + "sockstat6", O_RDONLY);
    return SocketCount(std::move(ip4), ip6.ok() ? std::move(*ip6) : sys::Fd());
}

bool SocketCount::is_zero() const {
    // What is read now is made now (single_open_net, net/ipv4/proc.c).
    const auto ip4 = sys::read_all(ip4_.get(), "sockstat");
    if (!ip4.ok() || ip4->find("\nTCP: inuse 0 ") == std::string::npos)
        return false;
    if (!ip6_)
        return true;
    const auto ip6 = sys::read_all(ip6_.get(), "sockstat6");
    return ip6.ok() && ("\n" + *ip6).find("\nTCP6: inuse 0\n") != std::string::npos;
}

} // namespace microbox::net_bridge
