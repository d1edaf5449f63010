// SPDX-License-Identifier: MIT
// Rules of others at the hook forward that drop what a sandbox sends or gets: a drop in any chain
// is final, whatever ours say. [pure]
//
// Before 1.1 libnftables prints the flags of a table (dormant, owner) from memory that it has freed
// (table_flags_json): the JSON is cut short there. So let a caller list the tables that matter, not
// all of them.
#pragma once

#include "traffic.hpp"

#include <microbox/sdk/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace microbox::net_bridge {

struct Obstacle {
    std::string where;  ///< "ip filter FORWARD": family, table and the base chain that drops
    std::string remedy; ///< the commands, one line; the same for all obstacles of one owner
};

/// "ip filter": those of others with a base chain at hook forward, from `nft -j list chains`.
/// Errors: no such JSON.
[[nodiscard]] sdk::Result<std::vector<std::string>> foreign_forward_tables(std::string_view chains);

/// Also when the list cannot be read.
[[nodiscard]] bool has_foreign_forward(std::string_view chains);

/// ruleset: from `nft -j list table FAMILY NAME`, or `nft -j list ruleset`; with the elements of
/// sets, that is not terse. In the order in which packets come by. Errors: no such JSON.
[[nodiscard]] sdk::Result<std::vector<Obstacle>> find_obstacles(std::string_view ruleset,
                                                                const Traffic& traffic);

/// One error and one hint for all of them; there is at least one.
[[nodiscard]] sdk::Error to_error(const std::vector<Obstacle>& obstacles);

} // namespace microbox::net_bridge
