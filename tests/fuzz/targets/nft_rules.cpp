// SPDX-License-Identifier: MIT
// The rules of others as `nft -j list` prints them: names, comments and sets of whoever has a table
// on the host, a container's manager among them. Always an answer in time, also where chains call
// each other; a chain that drops is named with a command that would help.
#include "plugins/net-bridge/foreign_filter.hpp"
#include "tests/fuzz/target.hpp"

namespace microbox::fuzz {

void one(std::string_view text) {
    const net_bridge::Traffic traffic{"mbx0", {"eth0"}, true, true, true};
    const auto tables = net_bridge::foreign_forward_tables(text);
    const auto found = net_bridge::find_obstacles(text, traffic);
    HOLDS(tables.ok() == found.ok());
    HOLDS(net_bridge::has_foreign_forward(text) == (!tables.ok() || !tables->empty()));
    if (!found.ok() || found->empty())
        return;
    HOLDS(!tables->empty());
    for (const net_bridge::Obstacle& obstacle : *found)
        HOLDS(!obstacle.where.empty() && says(obstacle.remedy, "mbx0"));
    HOLDS(!net_bridge::to_error(*found).hint.empty());
}

} // namespace microbox::fuzz
