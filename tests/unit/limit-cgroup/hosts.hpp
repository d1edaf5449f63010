// SPDX-License-Identifier: MIT
// Hosts by hand: the facts that limit-cgroup would find on them.
#pragma once

#include <microbox/sdk/facts.hpp>

#include <string>

namespace microbox::test {

inline void put_text(sdk::Facts& facts, const std::string& file, const std::string& text) {
    sdk::PathFact fact;
    fact.exists = true;
    fact.text = text;
    facts.put({sdk::FactQuery::Kind::text, file}, fact);
}

inline sdk::Facts host(const std::string& cgroup_lines) {
    sdk::Facts facts;
    put_text(facts,
             "/proc/self/mountinfo",
             "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
             "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard\n" +
                 cgroup_lines);
    put_text(facts, "/sys/devices/system/cpu/online", "0-3\n");
    return facts;
}

/// Controllers each on a mount of their own, and an empty v2 beside them.
inline sdk::Facts hybrid_host() {
    sdk::Facts facts = host(
        "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
        "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n"
        "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
        "39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids\n"
        "40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd\n"
        "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n");
    put_text(facts, "/sys/fs/cgroup/unified/cgroup.controllers", "hugetlb\n");
    put_text(facts, "/sys/fs/cgroup/unified/cgroup.subtree_control", "\n");
    return facts;
}

inline sdk::Facts v2_host(const std::string& controllers = "cpuset cpu io memory hugetlb pids\n",
                          const std::string& enabled = "cpu memory pids\n") {
    sdk::Facts facts =
        host("34 23 0:29 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - "
             "cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n");
    put_text(facts, "/sys/fs/cgroup/cgroup.controllers", controllers);
    put_text(facts, "/sys/fs/cgroup/cgroup.subtree_control", enabled);
    return facts;
}

} // namespace microbox::test
