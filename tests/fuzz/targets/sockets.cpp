// SPDX-License-Identifier: MIT
// /proc/net/{tcp,udp}{,6} and the name of a process, which it chooses: for an error's text. A line
// is a socket and no more, and nothing but printable characters is said of who has it.
#include "port_owner.hpp"
#include "tests/fuzz/target.hpp"

#include <algorithm>

namespace microbox::fuzz {

void one(std::string_view text) {
    const auto sockets = net::parse_sockets(text);
    HOLDS(sockets.size() <= lines_of(text).size());
    net::Publish publish;
    publish.host = sockets.empty() ? 80 : sockets.front().port;
    publish.address = net::ipv4(0x7f000001);
    const auto inodes = net::in_the_way(sockets, publish);
    for (const std::uint64_t inode : inodes)
        HOLDS(inode != 0 && std::any_of(sockets.begin(), sockets.end(), [&](auto& socket) {
                  return socket.inode == inode && socket.port == publish.host;
              }));
    const std::string name = net::printable(text);
    HOLDS(!name.empty() && name.size() == std::max<std::size_t>(text.size(), 1));
    for (const char c : name)
        HOLDS(c >= ' ' && c <= '~');
}

} // namespace microbox::fuzz
