// SPDX-License-Identifier: MIT
#include "core/run/full_storage.hpp"

#include <linux/magic.h>

namespace microbox::core {

namespace {

/// Whose option it is the filesystem mode has said: "default of --NAME", "profile ci: --NAME".
std::string option_in(const std::string& source) {
    const auto from = source.find("--");
    return from == std::string::npos ? source : source.substr(from, source.find(' ', from) - from);
}

} // namespace

std::optional<Denied> full_storage(const sdk::Storage& storage, const std::string& mounted_at) {
    struct statfs found {};

    // The state folder itself, where no storage was mounted over it, is not ours to judge.
    if (::statfs(mounted_at.c_str(), &found) < 0 || found.f_type != TMPFS_MAGIC ||
        static_cast<std::uint64_t>(found.f_files) != storage.inodes)
        return std::nullopt;
    return full_storage(storage, found);
}

std::optional<Denied> full_storage(const sdk::Storage& storage, const struct statfs& found) {
    // Some pages stay in the kernel's counters of each processor (percpu_counter_limited_add).
    constexpr std::uint64_t slack = std::uint64_t{256} << 10U;
    const std::uint64_t free =
        static_cast<std::uint64_t>(found.f_bavail) * static_cast<std::uint64_t>(found.f_bsize);
    const bool no_inodes = found.f_files != 0 && found.f_ffree == 0;
    if (free > slack && !no_inodes)
        return std::nullopt;
    sdk::Denial denial;
    denial.what = no_inodes ? "a further file in the storage: all inodes are used"
                            : "more in the storage: it is full at the end";
    denial.rule = storage.source + ": " + std::to_string(storage.bytes) + " bytes: ENOSPC";
    denial.remedy = option_in(storage.source) + " with more";
    return Denied{"core", std::move(denial)};
}

} // namespace microbox::core
