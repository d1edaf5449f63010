// SPDX-License-Identifier: MIT
#include "host.hpp"

#include "mounts.hpp"

#include <microbox/sys/file.hpp>

#include <sys/stat.h>
#include <unistd.h>

namespace microbox::limit_cgroup {

namespace {

using Kind = sdk::FactQuery::Kind;

sdk::PathFact look_at(const sdk::FactQuery& query) {
    sdk::PathFact fact;
    if (query.kind == Kind::text) {
        auto text = sys::read_file(query.subject);
        fact.exists = text.ok();
        if (text.ok())
            fact.text = std::move(*text);
        return fact;
    }

    struct stat status {};

    fact.exists = ::stat(query.subject.c_str(), &status) == 0;
    fact.uid = status.st_uid;
    fact.gid = status.st_gid;
    fact.mode = status.st_mode & 07777U;
    return fact;
}

} // namespace

sdk::Facts look_at_host(const Wish& wish) {
    constexpr int rounds = 4; // as the core asks
    sdk::Facts facts;
    for (int round = 0; round < rounds; ++round)
        for (const sdk::FactQuery& query : layout_questions(facts, wish))
            if (!facts.has(query))
                facts.put(query, look_at(query));
    return facts;
}

bool is_privileged() {
    // user_namespaces(7): all ids of the host, each itself.
    const auto map = sys::read_file("/proc/self/uid_map");
    return ::geteuid() == 0 && map.ok() &&
           split(*map, " \n") == std::vector<std::string>{"0", "0", "4294967295"};
}

std::vector<sdk::Finding> findings(const Layout& layout, const Wish& wish) {
    std::vector<sdk::Finding> list;
    if (!layout.held.empty())
        list.push_back({"limits by " + describe(layout), true, "", false});
    Controllers loose;
    for (const Controller controller : wish.controllers)
        if (!has(layout.held, controller))
            loose.push_back(controller);
    if (!loose.empty())
        list.push_back({"limits of " + words_of(loose) + " by a cgroup: " + layout.why,
                        false,
                        layout.remedy,
                        false});
    return list;
}

} // namespace microbox::limit_cgroup
