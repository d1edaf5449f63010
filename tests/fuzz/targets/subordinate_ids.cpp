// SPDX-License-Identifier: MIT
// /etc/subuid and /etc/subgid, the output of getsubids(1), nsswitch.conf and a map of
// /proc/PID/uid_map: of the administrator, or of a directory of users somewhere else. Every range
// lies within the ids that there are, and no two lines of a file become one.
#include "core/host/subordinate_ids.hpp"

#include "core/host/caller.hpp"
#include "plugins/net-pasta/cell.hpp"
#include "tests/fuzz/target.hpp"

#include <algorithm>

namespace microbox::fuzz {

namespace {

void are_ranges(const std::vector<core::SubordinateRange>& ranges) {
    for (const core::SubordinateRange& range : ranges) {
        HOLDS(range.count > 0);
        HOLDS(range.first + range.count <= std::uint64_t{1} << 32U);
        HOLDS(!says(range.owner, ":") && !says(range.owner, "\n"));
    }
}

} // namespace

void one(std::string_view text) {
    const auto file = core::parse_subordinate_ids(text);
    are_ranges(file);
    HOLDS(file.size() <= lines_of(text).size());
    std::string written;
    for (const core::SubordinateRange& range : file)
        written += range.owner + ":" + std::to_string(range.first) + ":" +
                   std::to_string(range.count) + "\n";
    HOLDS(core::parse_subordinate_ids(written).size() == file.size());
    for (const core::SubordinateRange& range : core::parse_getsubids(text)) {
        HOLDS(range.count > 0 && range.first + range.count <= std::uint64_t{1} << 32U);
        HOLDS(!range.owner.empty());
    }
    if (core::has_other_subid_source(text))
        HOLDS(says(text, "subid:"));

    const core::IdMap map = core::parse_id_map(text);
    static_cast<void>(core::count_of(map));
    const bool one_line = !says(text, "\n") && map.size() == 1 && map[0].count > 0;
    if (one_line && std::uint64_t{map[0].inside} + map[0].count <= UINT32_MAX)
        HOLDS(net_pasta::maps_id(text, map[0].inside));
}

} // namespace microbox::fuzz
