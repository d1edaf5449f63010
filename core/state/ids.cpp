// SPDX-License-Identifier: MIT
#include "core/state/ids.hpp"

#include "core/run/random.hpp"
#include "core/state/byte_lock.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>

namespace microbox::core {

namespace {

bool overlaps(std::uint64_t first, const std::vector<IdRange>& taken) {
    return std::any_of(taken.begin(), taken.end(), [first](const IdRange& range) {
        return range.first < first + ids_per_run && first < range.first + range.count;
    });
}

std::uint64_t number(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

} // namespace

std::vector<IdRange> parse_subids(std::string_view text) {
    std::vector<IdRange> ranges;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t first = line.find(':');
        const std::size_t second =
            first == std::string_view::npos ? first : line.find(':', first + 1);
        if (second == std::string_view::npos || line[0] == '#')
            continue;
        const IdRange range{number(line.substr(first + 1, second - first - 1)),
                            number(line.substr(second + 1))};
        if (range.count != 0)
            ranges.push_back(range);
    }
    return ranges;
}

sdk::Result<IdLease> lease_ids(const StateFolder& state) {
    IdLease lease;
    MBX_TRY(lease.lock,
            sys::open_at(state.directory.get(), "ids", O_RDWR | O_CREAT | O_NOFOLLOW, 0600));
    std::vector<IdRange> taken;
    for (const char* file : {"/etc/subuid", "/etc/subgid"})
        if (const auto text = sys::read_file(file); text.ok())
            for (const IdRange& range : parse_subids(text.value()))
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
