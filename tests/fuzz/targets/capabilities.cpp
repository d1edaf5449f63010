// SPDX-License-Identifier: MIT
// --cap-add and --cap-drop, which the caller or the author of a profile writes: a line
// "OPTION=VALUE" each; and /proc/PID/status, where a process chooses its name. Nothing is kept that
// the kernel does not know, and what is dropped stays so unless it is added by name.
#include "plugins/sec-capabilities/kept_set.hpp"
#include "plugins/sec-capabilities/names.hpp"
#include "plugins/sec-capabilities/status.hpp"
#include "tests/fuzz/target.hpp"

namespace microbox::fuzz {

using namespace sec_capabilities;

void one(std::string_view text) {
    const sdk::Request request = asked(text, "cap-add");
    const auto kept = kept_set(request, "40\n");
    is_told(kept, "--cap-");
    if (kept.ok()) {
        HOLDS(kept->mask >> 41U == 0);
        if (request.all("cap-add").empty())
            HOLDS((kept->mask & ~default_set()) == 0);
        std::uint64_t added = 0;
        for (const sdk::Given& add : request.all("cap-add"))
            if (const auto number = parse_capability(add.value, ""); number.ok())
                added |= std::uint64_t{1} << *number;
        for (const sdk::Given& drop : request.all("cap-drop"))
            if (const auto number = parse_capability(drop.value, ""); number.ok())
                HOLDS(((kept->mask & ~added) >> *number & 1U) == 0);
    }
    if (check_status(text, 0x1ff, true).ok())
        HOLDS(says(text, "CapBnd:") && says(text, "CapAmb:"));
}

} // namespace microbox::fuzz
