// SPDX-License-Identifier: MIT
// /proc/PID/cgroup and the files of a cgroup: the kernel's, with names of cgroups that others chose
// (a container's manager, a user in his delegated part). A figure is one that stands there, a path
// stands behind its controller.
#include "plugins/limit-cgroup/files.hpp"
#include "plugins/limit-cgroup/io.hpp"
#include "plugins/limit-cgroup/limits.hpp"
#include "plugins/limit-cgroup/v2_limits.hpp"
#include "tests/fuzz/target.hpp"

namespace microbox::fuzz {

using namespace limit_cgroup;

void one(std::string_view text) {
    for (const char* key : {"oom_kill", "nr_throttled", "usage_usec"})
        if (const auto number = number_of(text, key))
            HOLDS(says(text, key) && says(text, std::to_string(*number)) || *number == 0 ||
                  says(text, "0"));
    for (const char* controller : {"memory", "cpu", "pids", ""})
        if (const auto path = path_of(text, controller)) {
            HOLDS(!says(*path, "\n"));
            HOLDS(says(text, std::string(controller) + ":" + *path) || says(text, ","));
            HOLDS(join("/a", *path).starts_with("/a/"));
        }
    static_cast<void>(sum_of(text, "rbytes"));
    const std::uint64_t processors = count_processors(text);
    HOLDS(processors <= 8192 * (text.size() + 1));

    IoLimits limits;
    limits.read_bytes = 1048576;
    if (holds_io(std::string(text), "8:0", limits))
        HOLDS(says(text, "rbps=1048576") && says(text, "wbps=max"));
    HOLDS(holds_io(io_max_line("8:0", limits), "8:0", limits));
}

} // namespace microbox::fuzz
