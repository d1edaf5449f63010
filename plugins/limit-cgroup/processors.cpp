// SPDX-License-Identifier: MIT
#include "processors.hpp"

#include "limits.hpp"

#include <cerrno>
#include <string>
#include <vector>

#include <sched.h>

namespace microbox::limit_cgroup {

std::size_t whole_processors(std::uint64_t quota_us) {
    return static_cast<std::size_t>((quota_us + cpu_period_us - 1) / cpu_period_us);
}

sdk::Result<void> keep_to_processors(pid_t pid, std::size_t count) {
    cpu_set_t set;
    if (::sched_getaffinity(pid, sizeof set, &set) != 0)
        return sdk::fail_errno("read the processors of the sandbox", errno);
    std::vector<int> usable;
    for (int i = 0; i < CPU_SETSIZE; ++i)
        if (CPU_ISSET(static_cast<unsigned>(i), &set))
            usable.push_back(i);
    if (usable.size() <= count)
        return {};
    cpu_set_t kept;
    CPU_ZERO(&kept);
    for (std::size_t i = 0; i < count; ++i)
        CPU_SET(static_cast<unsigned>(usable[(static_cast<std::size_t>(pid) + i) % usable.size()]),
                &kept);
    if (::sched_setaffinity(pid, sizeof kept, &kept) != 0)
        return sdk::fail_errno("set the processors of the sandbox", errno);
    return {};
}

sdk::Result<void> expect_processors(pid_t pid, std::size_t most) {
    cpu_set_t set;
    if (::sched_getaffinity(pid, sizeof set, &set) != 0)
        return sdk::fail_errno("read the processors of the command", errno);
    const auto count = static_cast<std::size_t>(CPU_COUNT(&set));
    if (count > most)
        return sdk::fail("the command may run on " + std::to_string(count) +
                         " processors instead of " + std::to_string(most));
    return {};
}

} // namespace microbox::limit_cgroup
