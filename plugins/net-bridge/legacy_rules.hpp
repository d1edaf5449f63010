// SPDX-License-Identifier: MIT
// The table "filter" of iptables-legacy as far as a Packet can meet it. [pure]
#pragma once

#include "traffic.hpp"

#include <microbox/sdk/result.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace microbox::net_bridge {

/// As the kernel gives it: IPT_SO_GET_INFO and IPT_SO_GET_ENTRIES, or IP6T_ ones.
struct LegacyTable {
    bool ip6 = false;
    std::uint32_t forward = 0; ///< where the chain FORWARD begins in entries
    std::uint32_t policy = 0;  ///< and where its last entry is, which is the policy
    std::string entries;       ///< struct ipt_entry, or struct ip6t_entry, each with its extensions
};

/// IFNAMSIZ, of which there are two headers that do not bear each other.
constexpr std::size_t interface_size = 16;

struct LegacyInterface {
    std::array<unsigned char, interface_size> name{};
    std::array<unsigned char, interface_size> mask{}; ///< "docker+" has none behind the "docker"
    bool negated = false;
};

struct LegacyRule {
    enum class Target { accept, drop, leave, jump, go_to, go_on, queue, malformed };

    LegacyInterface in;
    LegacyInterface out;
    bool opaque = false;    ///< on an address, a protocol, by a match
    bool conntrack = false; ///< by a match on the connection's state
    Target target = Target::go_on;
    std::uint32_t where = 0; ///< of jump and go_to
    std::uint32_t next = 0;  ///< the rule behind this one
};

/// By their places. Errors: no entries of this kernel's form.
using LegacyRules = std::map<std::uint32_t, LegacyRule>;
[[nodiscard]] sdk::Result<LegacyRules> read_rules(const LegacyTable& table);

[[nodiscard]] Truth matches(const LegacyInterface& interface, const std::string& name);

} // namespace microbox::net_bridge
