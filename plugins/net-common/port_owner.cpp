// SPDX-License-Identifier: MIT
#include "port_owner.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <set>
#include <system_error>

namespace microbox::net {

namespace {

namespace fs = std::filesystem;

/// TCP_LISTEN (net/tcp_states.h); the state of a UDP socket is never this one.
constexpr std::uint64_t listening = 0x0A;

/// Nothing but digits, all of them.
std::optional<std::uint64_t> number_of(std::string_view text, int base) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

/// Words of 32 bits, each as the machine reads it from memory: "0100007F" is 127.0.0.1 on x86
/// (get_tcp4_sock, net/ipv4/tcp_ipv4.c; get_tcp6_sock, net/ipv6/tcp_ipv6.c).
std::optional<Address> address_of(std::string_view hex) {
    constexpr std::size_t digits = 8;
    if (hex.size() != digits && hex.size() != 4 * digits)
        return std::nullopt;
    Address address;
    address.family = hex.size() == digits ? AF_INET : AF_INET6;
    for (std::size_t at = 0; at < hex.size(); at += digits) {
        const auto number = number_of(hex.substr(at, digits), 16);
        if (!number)
            return std::nullopt;
        const auto word = static_cast<std::uint32_t>(*number);
        std::memcpy(address.bytes.data() + at / 2, &word, sizeof word);
    }
    return address;
}

/// "sl local remote state queues timer retransmits uid timeout inode ...", columns between blanks.
std::optional<BoundSocket> parse_line(std::string_view line) {
    constexpr std::size_t local = 1;
    constexpr std::size_t state = 3;
    constexpr std::size_t inode = 9;
    std::array<std::string_view, 10> columns; // up to the inode's
    for (std::string_view& column : columns) {
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        column = line.substr(0, line.find(' '));
        line.remove_prefix(column.size());
    }
    const std::size_t colon = columns[local].find(':');
    if (colon == std::string_view::npos)
        return std::nullopt;
    const auto address = address_of(columns[local].substr(0, colon));
    const auto port = number_of(columns[local].substr(colon + 1), 16);
    const auto number = number_of(columns[inode], 10);
    if (!address || !port || *port > UINT16_MAX || !number)
        return std::nullopt;
    return BoundSocket{*address,
                       static_cast<std::uint16_t>(*port),
                       number_of(columns[state], 16) == listening,
                       *number};
}

/// ::ffff:127.0.0.1: an IPv4 address that a socket of IPv6 is bound to.
std::optional<Address> unmapped(const Address& address) {
    if (!is_mapped(address))
        return std::nullopt;
    Address inner;
    std::memcpy(inner.bytes.data(), address.bytes.data() + 12, 4);
    return inner;
}

bool meets(const Address& a, const Address& b) {
    return a.family == b.family && (a == b || a.is_any() || b.is_any());
}

/// How likely the socket is what keeps the port, 0 the most; nullopt when it cannot be.
std::optional<int> rank_of(const BoundSocket& socket, const Publish& publish) {
    if (socket.port != publish.host || socket.inode == 0)
        return std::nullopt;
    const Address address = unmapped(socket.address).value_or(socket.address);
    // "::" has the port of IPv4 too, but with IPV6_V6ONLY.
    const bool perhaps = publish.address.family == AF_INET && address.family == AF_INET6;
    if (perhaps ? !address.is_any() : !meets(address, publish.address))
        return std::nullopt;
    // A connection has its port for itself only when it was not accepted but made, by a client.
    // None of UDP listens, so that they are equal.
    return (socket.listens ? 0 : 2) + (perhaps ? 1 : 0);
}

std::vector<pid_t> processes() {
    std::vector<pid_t> pids;
    std::error_code error;
    for (fs::directory_iterator one("/proc", error), end; !error && one != end;
         one.increment(error))
        if (const auto pid = number_of(one->path().filename().native(), 10))
            pids.push_back(static_cast<pid_t>(*pid));
    std::sort(pids.begin(), pids.end());
    return pids;
}

bool has_one(pid_t pid, const std::set<std::string>& links) {
    std::error_code error;
    const fs::path folder = "/proc/" + std::to_string(pid) + "/fd";
    for (fs::directory_iterator one(folder, error), end; !error && one != end;
         one.increment(error)) {
        std::error_code closed; // since the folder was read
        if (links.contains(fs::read_symlink(one->path(), closed).native()))
            return true;
    }
    return false;
}

} // namespace

std::vector<BoundSocket> parse_sockets(std::string_view text) {
    std::vector<BoundSocket> sockets;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (const auto socket = parse_line(line))
            sockets.push_back(*socket);
    }
    return sockets;
}

std::vector<std::uint64_t> in_the_way(const std::vector<BoundSocket>& sockets,
                                      const Publish& publish) {
    std::vector<std::uint64_t> inodes;
    std::optional<int> best;
    for (const BoundSocket& socket : sockets) {
        const auto rank = rank_of(socket, publish);
        if (!rank || (best && *rank > *best))
            continue;
        if (best != rank)
            inodes.clear();
        best = rank;
        inodes.push_back(socket.inode);
    }
    return inodes;
}

std::string printable(std::string_view name) {
    std::string text;
    for (const char c : name)
        text += c >= ' ' && c <= '~' ? c : '?';
    return text.empty() ? "?" : text;
}

std::optional<Owner> owner_of(const std::vector<std::uint64_t>& inodes) {
    std::set<std::string> links;
    for (const std::uint64_t inode : inodes)
        links.insert("socket:[" + std::to_string(inode) + "]");
    if (links.empty())
        return std::nullopt;
    for (const pid_t pid : processes()) {
        if (!has_one(pid, links))
            continue;
        // It may have ended since, and a child of it have the socket still.
        const auto name = sys::read_file("/proc/" + std::to_string(pid) + "/comm");
        if (name.ok() && name->ends_with('\n'))
            return Owner{pid, printable(name->substr(0, name->size() - 1))};
    }
    return std::nullopt;
}

std::optional<Owner> owner_of(const Publish& publish) {
    // A busy host has more than the megabyte that is read of a file by default.
    constexpr std::size_t most = std::size_t{256} << 20U;
    // /proc/net is that of the process's first thread.
    const std::string list = std::string("/proc/thread-self/net/") + (publish.udp ? "udp" : "tcp");
    std::vector<BoundSocket> sockets;
    for (const char* const family : {"", "6"}) {
        const auto text = sys::read_file(list + family, most);
        if (!text.ok()) // without IPv6 there is no such file
            continue;
        const auto some = parse_sockets(*text);
        sockets.insert(sockets.end(), some.begin(), some.end());
    }
    return owner_of(in_the_way(sockets, publish));
}

} // namespace microbox::net
