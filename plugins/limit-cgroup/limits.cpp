// SPDX-License-Identifier: MIT
// Parses --cpus, --memory and --pids; io.cpp the rest.
#include "limits.hpp"

#include <microbox/sdk/units.hpp>

#include <charconv>
#include <cmath>

namespace microbox::limit_cgroup {

namespace {

/// sched(7): the kernel refuses quotas below 1 ms.
constexpr double least_cpus = 0.01;
/// Asked for when the host does not tell how many processors it has.
constexpr std::uint64_t most_processors = 8192;
/// Below this a process cannot even be executed.
constexpr std::uint64_t least_memory = std::uint64_t{4} << 20U;
/// The sandbox's init and the command.
constexpr std::uint64_t least_pids = 2;
/// include/linux/threads.h: PID_MAX_LIMIT of 64-bit kernels.
constexpr std::uint64_t most_pids = std::uint64_t{4} << 20U;

sdk::Result<const sdk::Given*> given(const sdk::Request& request, const char* name) {
    const sdk::Given* value = request.one(name);
    if (value == nullptr)
        return sdk::fail(std::string("--") + name + ": no value");
    return value;
}

sdk::Result<std::uint64_t> parse_cpus(const sdk::Given& given, std::string_view online) {
    const std::string& text = given.value;
    double cpus = 0;
    std::string_view rest;
    if (!sdk::detail::split_number(text, cpus, rest) || !rest.empty() || cpus < least_cpus)
        return sdk::fail(given.source + ": '" + text +
                         "' is not a number of processors: 0.01 or more, like 1.5");
    const std::uint64_t here = count_processors(online);
    if (cpus > static_cast<double>(here == 0 ? most_processors : here))
        return sdk::fail(given.source + ": '" + text + "' is more than the host has: " +
                         std::to_string(here == 0 ? most_processors : here));
    return static_cast<std::uint64_t>(std::llround(cpus * static_cast<double>(cpu_period_us)));
}

} // namespace

std::uint64_t count_processors(std::string_view list) {
    std::uint64_t count = 0;
    const char* at = list.data();
    const char* const end = list.data() + list.size();
    while (at != end && *at != '\n') {
        std::uint64_t first = 0;
        auto parsed = std::from_chars(at, end, first);
        if (parsed.ec != std::errc{})
            return 0;
        std::uint64_t last = first;
        if (parsed.ptr != end && *parsed.ptr == '-')
            parsed = std::from_chars(parsed.ptr + 1, end, last);
        if (parsed.ec != std::errc{} || last < first || last >= most_processors)
            return 0;
        count += last - first + 1;
        at = parsed.ptr;
        if (at != end && *at == ',')
            ++at;
        else if (at != end && *at != '\n')
            return 0;
    }
    return count;
}

std::string cpus_text(std::uint64_t quota_us) {
    char digits[32];
    const double cpus = static_cast<double>(quota_us) / static_cast<double>(cpu_period_us);
    char* const end = std::to_chars(digits, digits + sizeof digits, cpus).ptr;
    return {digits, end};
}

sdk::Result<Limits> parse_limits(const sdk::Request& request, std::string_view online_processors) {
    Limits limits;
    MBX_TRY(const sdk::Given* cpus, given(request, "cpus"));
    MBX_TRY(limits.cpu_quota_us, parse_cpus(*cpus, online_processors));
    limits.cpu_source = cpus->source;
    MBX_TRY(const sdk::Given* memory, given(request, "memory"));
    MBX_TRY(limits.memory_bytes, sdk::parse_size(memory->value, memory->source, least_memory));
    limits.memory_source = memory->source;
    MBX_TRY(const sdk::Given* pids, given(request, "pids"));
    MBX_TRY(limits.pids, sdk::parse_count(pids->value, pids->source, least_pids, most_pids));
    limits.pids_source = pids->source;
    MBX_TRY(limits.io, parse_io(request));
    return limits;
}

const std::string& Limits::source_of(Controller controller) const {
    switch (controller) {
    case Controller::cpu:
        return cpu_source;
    case Controller::memory:
        return memory_source;
    case Controller::io:
        return io.source;
    case Controller::pids:
        break;
    }
    return pids_source;
}

} // namespace microbox::limit_cgroup
