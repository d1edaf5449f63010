// SPDX-License-Identifier: MIT
// Hosts by hand: the facts that limit-cgroup would find on them.
#pragma once

#include <microbox/sdk/facts.hpp>

#include <cstdint>
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

/// One cgroup of v2: what it has, what is enabled below it, whose it is, who lives in it.
struct Group {
    std::string path;
    std::string controllers = "cpu memory pids\n";
    std::string enabled = "cpu memory pids\n";
    std::uint32_t owner = 0;
    std::string inhabitants = {};
};

inline void put_file(sdk::Facts& facts, const std::string& path, std::uint32_t owner) {
    sdk::PathFact fact;
    fact.exists = true;
    fact.type = sdk::PathFact::Type::file;
    fact.uid = owner;
    fact.gid = owner;
    fact.mode = 0644;
    facts.put({sdk::FactQuery::Kind::path, path}, fact);
}

/// The root of all has no cgroup.type.
inline void
put_group(sdk::Facts& facts, const Group& group, const std::string& point = "/sys/fs/cgroup") {
    const bool top = group.path == "/";
    const std::string directory = top ? point : point + group.path;
    put_text(facts, directory + "/cgroup.controllers", group.controllers);
    put_text(facts, directory + "/cgroup.subtree_control", group.enabled);
    put_text(facts, directory + "/cgroup.procs", group.inhabitants);
    for (const char* file : {"", "/cgroup.procs", "/cgroup.subtree_control"})
        put_file(facts, directory + file, group.owner);
    if (top)
        facts.put({sdk::FactQuery::Kind::path, directory + "/cgroup.type"}, {});
    else
        put_file(facts, directory + "/cgroup.type", 0);
}

inline sdk::Facts v2_host(const std::string& controllers = "cpuset cpu io memory hugetlb pids\n",
                          const std::string& enabled = "cpu memory pids\n") {
    sdk::Facts facts =
        host("34 23 0:29 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - "
             "cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n");
    put_group(facts, {"/", controllers, enabled, 0, "1\n2\n"});
    return facts;
}

/// Who asks, as /proc/self/status and /proc/self/cgroup tell.
inline void put_caller(sdk::Facts& facts, std::uint32_t uid, const std::string& cgroup) {
    const std::string id = std::to_string(uid);
    put_text(facts,
             "/proc/self/status",
             "Name:\tmicrobox\nPid:\t77\nUid:\t" + id + "\t" + id + "\t" + id + "\t" + id +
                 "\nGid:\t" + id + "\t" + id + "\t" + id + "\t" + id + "\nGroups:\t27 " + id +
                 " \n");
    put_text(facts, "/proc/self/cgroup", cgroup);
}

/// What a user's systemd shows, with the controllers that it was given.
inline void put_user_manager(sdk::Facts& facts,
                             std::uint32_t uid,
                             const std::string& controllers = "cpu memory pids\n") {
    const std::string id = std::to_string(uid);
    put_file(facts, "/run/user/" + id + "/bus", uid);
    put_file(facts, "/run/user/" + id + "/systemd/private", uid);
    put_group(facts,
              {"/user.slice/user-" + id + ".slice/user@" + id + ".service",
               controllers,
               "memory pids\n",
               uid,
               {}});
}

} // namespace microbox::test
