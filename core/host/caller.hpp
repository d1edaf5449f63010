// SPDX-License-Identifier: MIT
// The caller: whether it has root's rights over this host, and otherwise which ids the user
// namespace can have in which it plays root (core/spawn/foothold.hpp).
#pragma once

#include <microbox/sdk/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace microbox::core {

/// One line of an id map: `count` ids from `inside` on are those from `outside` on.
struct IdExtent {
    std::uint32_t inside = 0;
    std::uint32_t outside = 0;
    std::uint32_t count = 0;
};

using IdMap = std::vector<IdExtent>;

/// How many ids a map has.
[[nodiscard]] std::uint32_t count_of(const IdMap& map);

/// A sandbox has at most so many ids.
inline constexpr std::uint32_t most_ids = 65536;

struct Caller {
    /// Who may write the maps of a new user namespace (user_namespaces(7)).
    enum class MapWriter {
        itself,  ///< the caller alone is mapped, which everybody may
        helpers, ///< newuidmap(1) and newgidmap(1), with the caller's subordinate ids
        parent,  ///< root of a container: CAP_SETUID and CAP_SETGID, but not root of the host
    };

    bool has_host = true; ///< root of the host, with all rights: no foothold is needed
    std::uint32_t user = 0;
    std::uint32_t group = 0;
    IdMap users; ///< of the foothold: 0 is the caller
    IdMap groups;
    MapWriter writer = MapWriter::itself;
    /// setgroups(2) is forbidden in the foothold: to who maps itself alone, and in a namespace
    /// below such a one (user_namespaces(7)). The caller's groups stay then.
    bool keeps_groups = false;
    std::string few_ids; ///< why the sandbox has fewer ids than 65536; "" when it has them all
};

/// Errors: what says who calls could not be read. Nothing is assumed then: root of the host that is
/// taken for a plain user would be mapped into its sandbox.
[[nodiscard]] sdk::Result<Caller> look_at_caller();

/// How many ids a sandbox has: those of the foothold but its last one, which owns what no process
/// inside may read; all when the caller is root of the host.
[[nodiscard]] std::uint32_t users_of(const Caller& caller);
[[nodiscard]] std::uint32_t groups_of(const Caller& caller);

/// An uid_map or gid_map of /proc. [pure]
[[nodiscard]] IdMap parse_id_map(std::string_view text);

} // namespace microbox::core
