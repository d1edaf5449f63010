// SPDX-License-Identifier: MIT
#include "denials.hpp"

#include <cstdio>

namespace microbox::limit_cgroup {

namespace {

/// "default of --memory: 1073741824", "--pids: 64"
std::string rule(const std::string& source, const std::string& value) {
    return source + ": " + value;
}

std::uint64_t times(const std::optional<std::int64_t>& figure) {
    return figure && *figure > 0 ? static_cast<std::uint64_t>(*figure) : 0;
}

sdk::Denial denial(std::string what, std::string rule, std::uint64_t count, const char* remedy) {
    sdk::Denial one;
    one.what = std::move(what);
    one.rule = std::move(rule);
    one.count = count;
    one.remedy = remedy;
    return one;
}

std::string with_seconds(const Figures& figures) {
    char text[48] = "";
    if (figures.throttled_seconds)
        static_cast<void>(
            std::snprintf(text, sizeof text, " (waited %.1f s)", *figures.throttled_seconds));
    return text;
}

} // namespace

std::vector<sdk::Denial>
denials_of(const Limits& limits, const Figures& figures, const std::string& ended_by) {
    std::vector<sdk::Denial> all;
    const std::string memory =
        rule(limits.memory_source, std::to_string(limits.memory_bytes) + " bytes");
    const std::string pids = rule(limits.pids_source, std::to_string(limits.pids));
    constexpr const char* more_memory = "--memory with more";
    constexpr const char* more_pids = "--pids with more";
    if (const auto kills = times(figures.oom_kills); kills != 0)
        all.push_back(denial("memory: a process was killed", memory, kills, more_memory));
    else if (const auto hits = times(figures.memory_limit_hits); hits != 0)
        all.push_back(denial("memory: some had to be given back", memory, hits, more_memory));
    if (const auto hits = times(figures.pids_limit_hits); hits != 0)
        all.push_back(denial("a further process or thread", pids, hits, more_pids));
    if (const auto periods = times(figures.throttled_periods); periods != 0)
        all.push_back(denial("processor time in a period of 0.1 s" + with_seconds(figures),
                             rule(limits.cpu_source, cpus_text(limits.cpu_quota_us)),
                             periods,
                             "--cpus with more"));
    if (ended_by == "oom")
        all.push_back(denial("memory: the run was ended", memory, 1, more_memory));
    else if (ended_by == "pids")
        all.push_back(denial("processes: the run was ended", pids, 1, more_pids));
    return all;
}

} // namespace microbox::limit_cgroup
