// SPDX-License-Identifier: MIT
// Subordinate ids: the ranges of host ids that /etc/subuid and /etc/subgid give to users
// (subuid(5)).
#pragma once

#include <microbox/sdk/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace microbox::core {

struct SubordinateRange {
    std::string owner; ///< a user's name, or its number as text
    std::uint64_t first = 0;
    std::uint64_t count = 0;
};

/// The ranges of an /etc/subuid or /etc/subgid. Lines that are not understood are left out. [pure]
[[nodiscard]] std::vector<SubordinateRange> parse_subordinate_ids(std::string_view text);

/// The ranges that getsubids(1) prints: "0: alice 100000 65536". [pure]
[[nodiscard]] std::vector<SubordinateRange> parse_getsubids(std::string_view text);

/// Whether nsswitch.conf(5) has subordinate ids come from somewhere else than the files. [pure]
[[nodiscard]] bool has_other_subid_source(std::string_view nsswitch);

/// Those of one user, by name or by number, in the order of the source: from the files, or, where
/// nsswitch.conf names another source, from getsubids(1). `file`: "/etc/subuid" or "/etc/subgid".
/// Errors: the file is there for us and cannot be read.
[[nodiscard]] sdk::Result<std::vector<SubordinateRange>>
subordinate_ids_of(const std::string& name, uid_t user, const char* file);

} // namespace microbox::core
