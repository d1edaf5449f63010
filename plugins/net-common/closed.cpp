// SPDX-License-Identifier: MIT
// IANA's registries of special-purpose addresses (RFC 6890), without the ranges for documentation
// and measurement, in which nobody has anything to lose.
#include "closed.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace microbox::net {

namespace {

struct Range {
    std::array<std::uint8_t, 4> address;
    int prefix;
};

constexpr Range ranges4[] = {
    {{0, 0, 0, 0}, 8},      // this host
    {{10, 0, 0, 0}, 8},     // private
    {{100, 64, 0, 0}, 10},  // shared with a provider, metadata of some
    {{127, 0, 0, 0}, 8},    // loopback
    {{169, 254, 0, 0}, 16}, // link-local, metadata
    {{172, 16, 0, 0}, 12},  // private
    {{192, 0, 0, 0}, 24},   // protocol assignments
    {{192, 168, 0, 0}, 16}, // private
    {{224, 0, 0, 0}, 4},    // multicast
    {{240, 0, 0, 0}, 4},    // reserved, and 255.255.255.255
};

Network network4(const Range& range) {
    Network network{{}, range.prefix};
    std::copy(range.address.begin(), range.address.end(), network.address.bytes.begin());
    return network;
}

/// 64:ff9b::/96 with the range behind it (RFC 6052).
Network translated(const Range& range) {
    Network network{{AF_INET6, {0x00, 0x64, 0xff, 0x9b}}, 96 + range.prefix};
    std::copy(range.address.begin(), range.address.end(), network.address.bytes.begin() + 12);
    return network;
}

} // namespace

std::vector<Network> closed4() {
    std::vector<Network> all;
    for (const Range& range : ranges4)
        all.push_back(network4(range));
    return all;
}

std::vector<Network> closed6() {
    std::vector<Network> all = {
        {{AF_INET6, {}}, 96},                                         // ::/96, loopback
        {{AF_INET6, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}}, 96}, // IPv4, mapped
        {{AF_INET6, {0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}}, 48},       // an own NAT64
        {{AF_INET6, {0x20, 0x02}}, 16},                               // 6to4, around IPv4
        {{AF_INET6, {0xfc}}, 7},                                      // private
        {{AF_INET6, {0xfe, 0x80}}, 10},                               // link-local
        {{AF_INET6, {0xfe, 0xc0}}, 10},                               // private once
        {{AF_INET6, {0xff}}, 8},                                      // multicast
    };
    for (const Range& range : ranges4)
        all.push_back(translated(range));
    return all;
}

sdk::Promise metadata_is_closed() {
    return {"the metadata service is out of reach",
            {"connect", "a9fea9fe", "80"}, // 169.254.169.254
            {"E*", "silence"}};
}

} // namespace microbox::net
