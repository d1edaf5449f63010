// SPDX-License-Identifier: MIT
#include "core/state/ids.hpp"

#include "core/host/subordinate_ids.hpp"
#include "core/run/random.hpp"
#include "core/state/byte_lock.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>

namespace microbox::core {

namespace {

bool overlaps(std::uint64_t first, const std::vector<SubordinateRange>& taken) {
    return std::any_of(taken.begin(), taken.end(), [first](const SubordinateRange& range) {
        return range.first < first + ids_per_run && first < range.first + range.count;
    });
}

} // namespace

sdk::Result<IdLease> lease_ids(const StateFolder& state) {
    IdLease lease;
    MBX_TRY(lease.lock,
            sys::open_at(state.directory.get(), "ids", O_RDWR | O_CREAT | O_NOFOLLOW, 0600));
    std::vector<SubordinateRange> taken;
    for (const char* file : {"/etc/subuid", "/etc/subgid"})
        if (const auto text = sys::read_file(file); text.ok())
            for (const SubordinateRange& range : parse_subordinate_ids(text.value()))
                taken.push_back(range);
    // From a random slot, so that a thousand sandboxes do not make the next one try a thousand
    // locks.
    const std::uint32_t start = random_number() % id_slots;
    for (std::uint32_t i = 0; i < id_slots; ++i) {
        const std::uint32_t slot = (start + i) % id_slots;
        const std::uint32_t first = id_base + slot * ids_per_run;
        if (!overlaps(first, taken) &&
            lock_byte(lease.lock.get(), static_cast<off_t>(slot), LockKind::exclusive, false)) {
            lease.first = first;
            return lease;
        }
    }
    return sdk::fail("all " + std::to_string(id_slots) +
                         " ranges of ids are in use or given away by /etc/subuid and /etc/subgid",
                     "wait for a sandbox to end, or see `microbox gc`");
}

} // namespace microbox::core
