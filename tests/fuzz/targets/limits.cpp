// SPDX-License-Identifier: MIT
// --cpus, --memory, --pids, --io-read, --io-write and --io-weight, which the caller or the author
// of a profile writes: a line "OPTION=VALUE" each. A limit lies within what the kernel takes; that
// of processors prints as what is understood as the same.
#include "plugins/limit-cgroup/limits.hpp"

#include "tests/fuzz/target.hpp"

namespace microbox::fuzz {

void one(std::string_view text) {
    sdk::Request request = asked(text, "cpus");
    for (const auto& [name, value] :
         {std::pair{"cpus", "1"}, std::pair{"memory", "512M"}, std::pair{"pids", "256"}})
        if (request.one(name) == nullptr)
            request.options[name].push_back({value, "default", true});
    const auto limits = limit_cgroup::parse_limits(request, "0-7\n");
    is_told(limits, "--");
    if (!limits.ok())
        return;
    HOLDS(limits->cpu_quota_us >= 1000 && limits->cpu_quota_us <= 800000);
    HOLDS(limits->memory_bytes >= 4U << 20U && limits->memory_bytes <= std::uint64_t{1} << 62U);
    HOLDS(limits->pids >= 2 && limits->pids <= 4U << 20U);
    HOLDS(limits->io.weight <= 10000);
    HOLDS(limits->io.read_bytes == 0 || limits->io.read_bytes >= 4096);
    HOLDS(limits->io.any() == (limits->io.any_rate() || limits->io.weight != 0));
    request.options["cpus"] = {{limit_cgroup::cpus_text(limits->cpu_quota_us), "--cpus", false}};
    const auto again = limit_cgroup::parse_limits(request, "0-7\n");
    HOLDS(again.ok() && again->cpu_quota_us == limits->cpu_quota_us);
}

} // namespace microbox::fuzz
