// SPDX-License-Identifier: MIT
// /proc/PID/mountinfo: the kernel's, with paths, sources and file system options that others chose.
// Of a sandbox it decides whether a promise is kept. A line of the text is a mount and no more, and
// a path that can be written as one line is read as it was.
#include "core/run/mountinfo.hpp"

#include "plugins/limit-cgroup/io.hpp"
#include "plugins/limit-cgroup/layout.hpp"
#include "plugins/limit-cgroup/mounts.hpp"
#include "tests/fuzz/target.hpp"

#include <algorithm>

namespace microbox::fuzz {

namespace {

/// As mangle() of fs/proc_namespace.c.
std::string escaped(std::string_view path) {
    std::string text;
    for (const char c : path) {
        if (c == ' ' || c == '\t' || c == '\n' || c == '\\') {
            const auto byte = static_cast<unsigned>(c);
            text += '\\';
            for (const unsigned shift : {6U, 3U, 0U})
                text += static_cast<char>('0' + ((byte >> shift) & 7U));
        } else {
            text += c;
        }
    }
    return text;
}

void path(std::string_view text) {
    const std::string point = "/" + std::string(text);
    const std::string line =
        "36 35 0:30 / " + escaped(point) + " rw,nosuid shared:1 - cgroup2 cgroup2 rw\n";
    const auto mounts = core::parse_mountinfo(line);
    HOLDS(mounts.size() == 1 && mounts[0].point == point && mounts[0].type == "cgroup2");
    HOLDS(mounts[0].has("nosuid") && !mounts[0].has("ro"));
    const auto cgroups = limit_cgroup::cgroup_mounts(line);
    HOLDS(cgroups.size() == 1 && cgroups[0].point == point && cgroups[0].version == 2);
    HOLDS(limit_cgroup::seen_at(cgroups[0], "/a") == point + "/a");
}

void disks(std::string_view text) {
    sdk::Facts facts;
    sdk::PathFact fact;
    fact.exists = true;
    fact.text = text;
    facts.put({sdk::FactQuery::Kind::text, limit_cgroup::mountinfo_file}, fact);
    for (const sdk::FactQuery& query : limit_cgroup::disk_questions(facts))
        facts.put(query, fact);
    for (const std::string& disk : limit_cgroup::disks(facts))
        HOLDS(!says(disk, "\n"));
}

} // namespace

void one(std::string_view text) {
    const auto mounts = core::parse_mountinfo(text);
    const auto lines = lines_of(text);
    HOLDS(static_cast<std::ptrdiff_t>(mounts.size()) ==
          std::count_if(lines.begin(), lines.end(), [](auto& line) { return !line.empty(); }));
    HOLDS(core::visible_mounts(mounts).size() <= mounts.size());
    if (const auto cover = core::first_cover(mounts, "/proc"))
        HOLDS(cover->starts_with("/proc/"));
    for (const limit_cgroup::CgroupMount& mount : limit_cgroup::cgroup_mounts(text))
        static_cast<void>(limit_cgroup::seen_at(mount, "/a/b"));
    if (!says(text, std::string_view("\0", 1)))
        path(text);
    disks(text);
}

} // namespace microbox::fuzz
