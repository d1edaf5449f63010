// SPDX-License-Identifier: MIT
#include "address.hpp"

#include <microbox/sdk/units.hpp>

#include <algorithm>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace microbox::net {

namespace {

Address masked(Address address, int prefix) {
    for (int bit = prefix; bit < 128; ++bit)
        address.bytes[static_cast<std::size_t>(bit / 8)] &=
            static_cast<std::uint8_t>(~(0x80U >> static_cast<unsigned>(bit % 8)));
    return address;
}

} // namespace

bool Address::is_loopback() const {
    if (family == AF_INET)
        return bytes[0] == 127;
    std::array<std::uint8_t, 16> one{};
    one[15] = 1;
    return bytes == one;
}

bool Address::is_any() const {
    return std::all_of(bytes.begin(), bytes.end(), [](auto byte) { return byte == 0; });
}

bool is_mapped(const Address& address) {
    constexpr std::array<std::uint8_t, 12> begin = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return address.family == AF_INET6 &&
           std::equal(begin.begin(), begin.end(), address.bytes.begin());
}

bool Network::contains(const Address& one) const {
    return one.family == address.family && masked(one, prefix).bytes == address.bytes;
}

bool Network::overlaps(const Network& other) const {
    return prefix <= other.prefix ? contains(other.address) : other.contains(address);
}

std::optional<Address> parse_address(std::string_view text) {
    const std::string copy(text);
    // inet_pton(3) stops at a NUL, which a string may hold.
    if (copy.find('\0') != std::string::npos)
        return std::nullopt;
    Address address;
    for (const int family : {AF_INET, AF_INET6}) {
        address.family = family;
        if (::inet_pton(family, copy.c_str(), address.bytes.data()) == 1)
            return address;
    }
    return std::nullopt;
}

sdk::Result<Network> parse_network(std::string_view text, const std::string& source) {
    const std::size_t slash = text.find('/');
    const auto address = parse_address(text.substr(0, slash));
    if (!address)
        return sdk::fail(source + ": '" + std::string(text) +
                             "' is not a network: an address, '/' and the bits of its prefix",
                         "like 10.1.0.0/16 or fd00:1::/64");
    Network network{*address, address->bits()};
    if (slash != std::string_view::npos) {
        MBX_TRY(const std::uint64_t prefix,
                sdk::parse_count(text.substr(slash + 1),
                                 source + ": " + std::string(text) + ": the prefix",
                                 0,
                                 static_cast<std::uint64_t>(address->bits())));
        network.prefix = static_cast<int>(prefix);
    }
    network.address = masked(*address, network.prefix);
    if (network.address != *address)
        return sdk::fail(source + ": '" + std::string(text) +
                         "' has bits behind its prefix; the network is " + to_text(network));
    if (is_mapped(network.address))
        return sdk::fail(source + ": '" + std::string(text) +
                             "' is IPv4 as IPv6 writes it, which no packet has",
                         "like 10.1.0.0/16");
    return network;
}

std::string to_text(const Address& address) {
    char text[INET6_ADDRSTRLEN] = "";
    ::inet_ntop(address.family, address.bytes.data(), text, sizeof text);
    return text;
}

std::string to_text(const Network& network) {
    return to_text(network.address) + "/" + std::to_string(network.prefix);
}

Address ipv4(std::uint32_t host_order) {
    Address address;
    const std::uint32_t number = htonl(host_order);
    std::memcpy(address.bytes.data(), &number, sizeof number);
    return address;
}

std::uint32_t to_number(const Address& ipv4) {
    std::uint32_t number = 0;
    std::memcpy(&number, ipv4.bytes.data(), sizeof number);
    return ntohl(number);
}

Address in_network(const Network& ipv6, std::uint32_t number) {
    Address address = ipv6.address;
    const std::uint32_t last = htonl(number);
    std::memcpy(address.bytes.data() + 12, &last, sizeof last);
    return address;
}

Endpoint endpoint(const Address& address, std::uint16_t port) {
    Endpoint made;
    if (address.family == AF_INET) {
        sockaddr_in in{};
        in.sin_family = AF_INET;
        in.sin_port = htons(port);
        std::memcpy(&in.sin_addr, address.bytes.data(), sizeof in.sin_addr);
        std::memcpy(&made.storage, &in, sizeof in);
        made.size = sizeof in;
    } else {
        sockaddr_in6 in{};
        in.sin6_family = AF_INET6;
        in.sin6_port = htons(port);
        std::memcpy(&in.sin6_addr, address.bytes.data(), sizeof in.sin6_addr);
        std::memcpy(&made.storage, &in, sizeof in);
        made.size = sizeof in;
    }
    return made;
}

} // namespace microbox::net
