// SPDX-License-Identifier: MIT
// Parses the options, and finds the disks from mountinfo and /sys/dev/block.
#include "io.hpp"

#include "controller.hpp"
#include "layout.hpp"
#include "mounts.hpp"

#include <microbox/sdk/units.hpp>

#include <algorithm>
#include <set>

namespace microbox::limit_cgroup {

namespace {

using Kind = sdk::FactQuery::Kind;

/// Below this a program is not even read in.
constexpr std::uint64_t least_rate = 4096;
/// cgroup-v2.rst, io.weight.
constexpr std::uint64_t most_weight = 10000;

sdk::Result<void> take_rate(const sdk::Given* given, std::uint64_t& rate, IoLimits& limits) {
    if (given == nullptr)
        return {};
    MBX_TRY(rate, sdk::parse_size(given->value, given->source, least_rate));
    limits.source = limits.source.empty() ? given->source : limits.source;
    return {};
}

std::string block_folder(const std::string& device) {
    return "/sys/dev/block/" + device;
}

/// "MAJOR:MINOR" of every mount that has a device of its own. File systems with an anonymous
/// device over a real one (btrfs) name it as their source.
struct Mounted {
    std::set<std::string> devices;
    std::set<std::string> sources;
};

Mounted mounted_devices(const sdk::Facts& facts) {
    Mounted mounted;
    for (const std::string& line : split(facts.text(mountinfo_file), "\n")) {
        const auto fields = split(line, " ");
        const auto dash = std::find(fields.begin(), fields.end(), "-");
        if (fields.size() < 3 || fields.end() - dash < 3)
            continue;
        if (!fields[2].starts_with("0:"))
            mounted.devices.insert(fields[2]);
        else if (dash[2].starts_with("/dev/"))
            mounted.sources.insert(dash[2]);
    }
    return mounted;
}

/// The kernel's dev_t of stat(2), in its new form (linux/kdev_t.h, new_encode_dev).
std::string device_words(std::uint64_t device) {
    const std::uint64_t major = (device >> 8U) & 0xfffU;
    const std::uint64_t minor = (device & 0xffU) | ((device >> 12U) & 0xfff00U);
    return std::to_string(major) + ":" + std::to_string(minor);
}

std::set<std::string> all_devices(const sdk::Facts& facts) {
    Mounted mounted = mounted_devices(facts);
    for (const std::string& source : mounted.sources)
        if (const auto& fact = facts.path(source); fact.type == sdk::PathFact::Type::device)
            mounted.devices.insert(device_words(fact.device));
    return mounted.devices;
}

std::string rate_words(std::uint64_t rate) {
    return rate == 0 ? "max" : std::to_string(rate);
}

} // namespace

sdk::Result<IoLimits> parse_io(const sdk::Request& request) {
    IoLimits limits;
    MBX_CHECK(take_rate(request.one("io-read"), limits.read_bytes, limits));
    MBX_CHECK(take_rate(request.one("io-write"), limits.write_bytes, limits));
    if (const sdk::Given* weight = request.one("io-weight")) {
        MBX_TRY(limits.weight, sdk::parse_count(weight->value, weight->source, 1, most_weight));
        limits.source = limits.source.empty() ? weight->source : limits.source;
    }
    return limits;
}

std::vector<sdk::FactQuery> disk_questions(const sdk::Facts& facts) {
    std::vector<sdk::FactQuery> questions;
    for (const std::string& source : mounted_devices(facts).sources)
        questions.push_back({Kind::path, source});
    for (const std::string& device : all_devices(facts)) {
        questions.push_back({Kind::path, block_folder(device)});
        questions.push_back({Kind::path, block_folder(device) + "/partition"});
        questions.push_back({Kind::text, block_folder(device) + "/../dev"});
    }
    return questions;
}

std::vector<std::string> disks(const sdk::Facts& facts) {
    std::set<std::string> whole;
    for (const std::string& device : all_devices(facts)) {
        if (!facts.path(block_folder(device)).exists)
            continue;
        if (!facts.path(block_folder(device) + "/partition").exists) {
            whole.insert(device);
            continue;
        }
        const auto parent = split(facts.text(block_folder(device) + "/../dev"), "\n");
        if (!parent.empty())
            whole.insert(parent.front());
    }
    return {whole.begin(), whole.end()};
}

std::string io_max_line(const std::string& disk, const IoLimits& limits) {
    return disk + " rbps=" + rate_words(limits.read_bytes) +
           " wbps=" + rate_words(limits.write_bytes);
}

bool holds_io(const std::string& io_max, const std::string& disk, const IoLimits& limits) {
    for (const std::string& line : split(io_max, "\n")) {
        const auto words = split(line, " ");
        if (!words.empty() && words.front() == disk)
            return has(words, "rbps=" + rate_words(limits.read_bytes)) &&
                   has(words, "wbps=" + rate_words(limits.write_bytes));
    }
    return false;
}

} // namespace microbox::limit_cgroup
