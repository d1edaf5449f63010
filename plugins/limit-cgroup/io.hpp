// SPDX-License-Identifier: MIT
// --io-read, --io-write and --io-weight: how fast the sandbox may read and write disks. [pure]
#pragma once

#include <microbox/sdk/facts.hpp>
#include <microbox/sdk/request.hpp>
#include <microbox/sdk/result.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace microbox::limit_cgroup {

struct IoLimits {
    std::uint64_t read_bytes = 0;   ///< per second and disk; 0: no limit
    std::uint64_t write_bytes = 0;  ///< per second and disk; 0: no limit
    std::uint64_t weight = 0;       ///< 0: the kernel's default, 100
    std::string source;             ///< of the first that was asked for
    std::vector<std::string> disks; ///< "8:0", sorted

    [[nodiscard]] bool any() const { return !source.empty(); }

    [[nodiscard]] bool any_rate() const { return read_bytes != 0 || write_bytes != 0; }
};

/// Errors: a value that is no rate or no weight.
[[nodiscard]] sdk::Result<IoLimits> parse_io(const sdk::Request& request);

/// What disks() needs to know of the devices of the host's mounts.
[[nodiscard]] std::vector<sdk::FactQuery> disk_questions(const sdk::Facts& facts);

/// Every whole disk behind a mounted file system, as a limit on a partition is refused by the
/// kernel (blk-cgroup.c, blkg_conf_open_bdev): all that a sandbox could be given a part of.
[[nodiscard]] std::vector<std::string> disks(const sdk::Facts& facts);

/// "8:0 rbps=1048576 wbps=max", one line of io.max.
[[nodiscard]] std::string io_max_line(const std::string& disk, const IoLimits& limits);

/// Whether the text of io.max holds the limits of a disk.
[[nodiscard]] bool
holds_io(const std::string& io_max, const std::string& disk, const IoLimits& limits);

} // namespace microbox::limit_cgroup
