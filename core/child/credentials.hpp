// SPDX-License-Identifier: MIT
// Operations that take rights away from the calling process. Each returns 0 or -errno.
#pragma once

#include <cstdint>

namespace microbox::child {

/// Drops every capability that is not in the mask from the bounding set, and clears the ambient
/// set.
int limit_bounding(std::uint64_t mask);

/// Real, effective, saved and file-system ids, and the supplementary groups, which are never kept.
int set_ids(bool keeps_groups,
            std::uint32_t user,
            std::uint32_t group,
            const std::uint32_t* groups,
            std::uint32_t count);

/// Permitted and effective become what of the mask is there; inheritable becomes empty.
int set_capabilities(std::uint64_t mask);

} // namespace microbox::child
