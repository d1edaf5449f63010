// SPDX-License-Identifier: MIT
// The table of iptables-legacy as the kernel gives it, of whoever has rules on the host: structures
// with lengths and places in them. Nothing behind the end is looked at, and every way through the
// rules ends.
#include "plugins/net-bridge/legacy_filter.hpp"
#include "tests/fuzz/target.hpp"

#include <cstring>

namespace microbox::fuzz {

void one(std::string_view text) {
    constexpr std::size_t head = 2 * sizeof(std::uint32_t) + 1;
    if (text.size() < head)
        return;
    net_bridge::LegacyTable table;
    table.ip6 = (text[0] & 1) != 0;
    std::memcpy(&table.forward, text.data() + 1, sizeof table.forward);
    std::memcpy(&table.policy, text.data() + 5, sizeof table.policy);
    table.entries = text.substr(head);
    const net_bridge::Traffic traffic{"mbx0", {"eth0"}, true, true, true};
    const auto obstacle = net_bridge::find_obstacle(table, traffic);
    const auto rules = net_bridge::read_rules(table);
    HOLDS(obstacle.ok() == rules.ok());
    if (rules.ok())
        for (const auto& [at, rule] : *rules)
            HOLDS(rule.next > at && rule.next <= table.entries.size());
    if (obstacle.ok() && *obstacle)
        HOLDS(says((*obstacle)->remedy, "mbx0"));
}

} // namespace microbox::fuzz
