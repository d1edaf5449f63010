// SPDX-License-Identifier: MIT
// Addresses and networks of both families. [pure]
#pragma once

#include <microbox/sdk/result.hpp>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sys/socket.h>

namespace microbox::net {

/// In network order; an IPv4 address is the first four bytes.
struct Address {
    int family = AF_INET; ///< AF_INET or AF_INET6
    std::array<std::uint8_t, 16> bytes{};

    auto operator<=>(const Address&) const = default;

    [[nodiscard]] int bits() const { return family == AF_INET ? 32 : 128; }

    [[nodiscard]] bool is_loopback() const; ///< 127/8, ::1
    [[nodiscard]] bool is_any() const;      ///< 0.0.0.0, ::
};

/// An IPv4 address as IPv6 writes it, ::ffff:127.0.0.1: never on the wire.
[[nodiscard]] bool is_mapped(const Address& address);

struct Network {
    Address address; ///< bits behind the prefix are 0
    int prefix = 0;

    auto operator<=>(const Network&) const = default;

    [[nodiscard]] bool contains(const Address& one) const;
    [[nodiscard]] bool overlaps(const Network& other) const;
};

/// nullopt for what is no address; a scope ("%eth0") is none.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);

/// "10.0.0.0/8", "fd00::/8", or an address, which is a network of one. Errors begin with source:
/// no network, a prefix out of range, bits behind the prefix, a network of IPv4 in IPv6's writing.
[[nodiscard]] sdk::Result<Network> parse_network(std::string_view text, const std::string& source);

[[nodiscard]] std::string to_text(const Address& address);
[[nodiscard]] std::string to_text(const Network& network);

[[nodiscard]] Address ipv4(std::uint32_t host_order);
[[nodiscard]] std::uint32_t to_number(const Address& ipv4);

/// The address with this number in an IPv6 network of at most /96.
[[nodiscard]] Address in_network(const Network& ipv6, std::uint32_t number);

struct Endpoint {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

[[nodiscard]] Endpoint endpoint(const Address& address, std::uint16_t port);

} // namespace microbox::net
