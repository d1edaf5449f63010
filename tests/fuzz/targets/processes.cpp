// SPDX-License-Identifier: MIT
// /proc/PID/stat, status and smaps_rollup of processes, which choose their name; and what pasta
// says last on its standard error. A start is that behind the name, whatever the name holds; no
// more than a line of printable characters is said.
#include "plugins/limit-cgroup/processes.hpp"

#include "plugins/limit-cgroup/caller.hpp"
#include "plugins/net-pasta/last_words.hpp"
#include "tests/fuzz/target.hpp"

#include <microbox/sys/helper_process.hpp>

namespace microbox::fuzz {

void one(std::string_view text) {
    // Any name, and behind it 20 numbers of which the last is the start.
    std::string stat = "7 (" + std::string(text) + ") S";
    for (int field = 4; field <= 21; ++field)
        stat += " " + std::to_string(field);
    stat += " 4711 0 0";
    HOLDS(sys::start_in(stat) == 4711);
    static_cast<void>(sys::start_in(text));

    static_cast<void>(limit_cgroup::usage_in(text));
    static_cast<void>(limit_cgroup::kilobytes_in(text, "Pss_Anon"));
    const limit_cgroup::Caller caller = limit_cgroup::read_caller(text, false);
    HOLDS(caller.pid.find_first_of(" \t\n") == std::string::npos && !caller.privileged);

    net_pasta::LastWords words;
    words.add(text.substr(0, text.size() / 2));
    words.add(text.substr(text.size() / 2));
    HOLDS(words.line().size() <= 300);
    for (const char c : words.line())
        HOLDS(c >= ' ' && c <= '~');
}

} // namespace microbox::fuzz
