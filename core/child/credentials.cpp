// SPDX-License-Identifier: MIT
// The order is the caller's: bounding set, groups and ids, capability sets (setresuid before the
// bounding set is EPERM with another user; capset before setresuid is EPERM).
#include "core/child/credentials.hpp"

#include "core/child/raw.hpp"

#include <asm/errno.h>
#include <linux/capability.h>
#include <linux/prctl.h>

namespace microbox::child {

int limit_bounding(std::uint64_t mask) {
    for (long capability = 0; capability < 64; ++capability) {
        if ((mask >> static_cast<unsigned>(capability) & 1U) != 0)
            continue;
        const long dropped = raw(__NR_prctl, PR_CAPBSET_DROP, capability);
        if (dropped == -EINVAL)
            break; // beyond the last one that this kernel knows
        if (dropped < 0)
            return static_cast<int>(dropped);
    }
    return static_cast<int>(raw(__NR_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL));
}

int set_ids(bool keeps_groups,
            std::uint32_t user,
            std::uint32_t group,
            const std::uint32_t* groups,
            std::uint32_t count) {
    // Fatal when refused: groups of the caller that survive are groups of the host.
    long failed = keeps_groups ? 0 : raw(__NR_setgroups, count, at(groups));
    if (failed == 0)
        failed = raw(__NR_setresgid, group, group, group);
    if (failed == 0)
        failed = raw(__NR_setresuid, user, user, user);
    return static_cast<int>(failed);
}

int set_capabilities(std::uint64_t mask) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2]{};
    long failed = raw(__NR_capget, at(&header), at(data));
    if (failed < 0)
        return static_cast<int>(failed);
    for (unsigned half = 0; half < 2; ++half) {
        const auto part = static_cast<std::uint32_t>(mask >> (32U * half));
        data[half].permitted &= part;
        data[half].effective = data[half].permitted;
        data[half].inheritable = 0;
    }
    return static_cast<int>(raw(__NR_capset, at(&header), at(data)));
}

} // namespace microbox::child
