// SPDX-License-Identifier: MIT
#include "v2_limits.hpp"

#include "files.hpp"
#include "mounts.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <limits>

#include <unistd.h>

namespace microbox::limit_cgroup {

namespace {

std::string cpu_max(const Limits& limits) {
    return std::to_string(limits.cpu_quota_us) + " " + std::to_string(cpu_period_us);
}

/// A kernel without swap accounting (CONFIG_SWAP=n, swapaccount=0) has no such file.
bool counts_swap(const std::string& path) {
    return ::access((path + "/memory.swap.max").c_str(), F_OK) == 0;
}

sdk::Result<void> set_memory(const std::string& path, const Limits& limits, sdk::Log& log) {
    MBX_CHECK(write_value(path, "memory.max", std::to_string(limits.memory_bytes)));
    if (counts_swap(path))
        MBX_CHECK(write_value(path, "memory.swap.max", "0"));
    else
        log.write(sdk::Level::warning,
                  "this kernel does not count swap: only memory itself is limited");
    // Out of memory ends the whole sandbox: a half-killed one would go on in an unknown state.
    return write_value(path, "memory.oom.group", "1");
}

sdk::Result<void> set_io(const std::string& path, const IoLimits& limits) {
    if (limits.any_rate())
        for (const std::string& disk : limits.disks)
            MBX_CHECK(write_value(path, "io.max", io_max_line(disk, limits)));
    if (limits.weight == 0)
        return {};
    auto written = write_value(path, "io.weight", std::to_string(limits.weight));
    if (!written.ok() && written.error().error_number == ENOENT)
        return sdk::fail("--io-weight: this kernel has no io.weight",
                         "it needs CONFIG_BLK_CGROUP_IOCOST");
    return written;
}

sdk::Result<void> expect_memory(const std::string& path, const Limits& limits) {
    MBX_CHECK(expect_value(path, "memory.max", std::to_string(whole_pages(limits.memory_bytes))));
    if (counts_swap(path))
        MBX_CHECK(expect_value(path, "memory.swap.max", "0"));
    return expect_value(path, "memory.oom.group", "1");
}

sdk::Result<void> expect_io(const std::string& path, const IoLimits& limits) {
    if (limits.any_rate()) {
        MBX_TRY(const std::string text, sys::read_file(path + "/io.max"));
        for (const std::string& disk : limits.disks)
            if (!holds_io(text, disk, limits))
                return sdk::fail("io.max does not hold '" + io_max_line(disk, limits) + "'");
    }
    if (limits.weight == 0)
        return {};
    return expect_value(path, "io.weight", "default " + std::to_string(limits.weight));
}

} // namespace

sdk::Result<void>
set_limit(const std::string& path, Controller controller, const Limits& limits, sdk::Log& log) {
    switch (controller) {
    case Controller::cpu:
        return write_value(path, "cpu.max", cpu_max(limits));
    case Controller::memory:
        return set_memory(path, limits, log);
    case Controller::io:
        return set_io(path, limits.io);
    case Controller::pids:
        break;
    }
    return write_value(path, "pids.max", std::to_string(limits.pids));
}

sdk::Result<void>
expect_limit(const std::string& path, Controller controller, const Limits& limits) {
    switch (controller) {
    case Controller::cpu:
        return expect_value(path, "cpu.max", cpu_max(limits));
    case Controller::memory:
        return expect_memory(path, limits);
    case Controller::io:
        return expect_io(path, limits.io);
    case Controller::pids:
        break;
    }
    return expect_value(path, "pids.max", std::to_string(limits.pids));
}

Figures read_figures(const std::string& path) {
    constexpr double micro = 1e-6;
    Figures figures;
    figures.memory_peak_bytes = number_in(path, "memory.peak"); // Linux 5.19
    figures.memory_limit_hits = number_of_in(path, "memory.events", "max");
    figures.oom_kills = number_of_in(path, "memory.events", "oom_kill");
    figures.pids_peak = number_in(path, "pids.peak"); // Linux 6.1
    figures.pids_limit_hits = number_of_in(path, "pids.events", "max");
    // cpu.stat without the controller counts the time as well, but no throttling.
    if (const auto used = number_of_in(path, "cpu.stat", "usage_usec"))
        figures.cpu_seconds = static_cast<double>(*used) * micro;
    if (const auto throttled = number_of_in(path, "cpu.stat", "throttled_usec"))
        figures.throttled_seconds = static_cast<double>(*throttled) * micro;
    figures.throttled_periods = number_of_in(path, "cpu.stat", "nr_throttled");
    if (const auto io = sys::read_file(path + "/io.stat"); io.ok()) {
        figures.io_read_bytes = sum_of(*io, "rbytes");
        figures.io_written_bytes = sum_of(*io, "wbytes");
    }
    return figures;
}

std::int64_t sum_of(std::string_view io_stat, std::string_view key) {
    std::int64_t sum = 0;
    for (const std::string& word : split(io_stat, " \n")) {
        if (!word.starts_with(key) || word.size() <= key.size() || word[key.size()] != '=')
            continue;
        std::int64_t value = 0;
        std::from_chars(word.data() + key.size() + 1, word.data() + word.size(), value);
        if (value > 0)
            sum += std::min(value, std::numeric_limits<std::int64_t>::max() - sum);
    }
    return sum;
}

} // namespace microbox::limit_cgroup
