// SPDX-License-Identifier: MIT
// --ulimit, which the caller or the author of a profile writes, and /proc/PID/limits, the kernel's.
// A soft limit is never above its hard one, and both print as what is understood as the same.
#include "plugins/limit-rlimit/kernel_limits.hpp"
#include "plugins/limit-rlimit/ulimit.hpp"
#include "tests/fuzz/target.hpp"

namespace microbox::fuzz {

using namespace limit_rlimit;

void one(std::string_view text) {
    const auto limit = parse_ulimit(text, "--ulimit");
    is_told(limit, "--ulimit");
    if (limit.ok()) {
        HOLDS(limit->soft <= limit->hard);
        const std::string name(text.substr(0, text.find('=')));
        const auto again = parse_ulimit(
            name + "=" + to_text(limit->soft) + ":" + to_text(limit->hard), "--ulimit");
        HOLDS(again.ok() && again->soft == limit->soft && again->hard == limit->hard);
        HOLDS(again->resource == limit->resource);
    }
    for (const Resource& resource : resources())
        if (limit_of(text, resource))
            HOLDS(says(text, resource.kernel_words));
}

} // namespace microbox::fuzz
