// SPDX-License-Identifier: MIT
#include "foreign_filter.hpp"

#include "nft_rules.hpp"
#include "nft_walk.hpp"

#include <algorithm>

namespace microbox::net_bridge {

namespace {

constexpr const char* docker_chain = "DOCKER-USER";

bool is_dropped(const Table& table, const std::string& chain, const Traffic& traffic) {
    const Chain& base = table.chains.at(chain);
    const std::vector<Packet> packets = packets_of(traffic);
    return std::any_of(packets.begin(), packets.end(), [&](const Packet& packet) {
        return table.family != (packet.ip6 ? "ip" : "ip6") && drops(table, base, packet);
    });
}

std::string insert_accepts(const Table& table, const std::string& chain, const Traffic& traffic) {
    const std::string insert = "nft insert rule " + table.family + " " + table.name + " " + chain;
    return insert + " iifname " + traffic.bridge + " accept && " + insert + " oifname " +
           traffic.bridge + " accept";
}

/// Whether insert_accepts() would do.
bool is_enough(Table table,
               const std::string& chain,
               const std::string& base,
               const Traffic& traffic) {
    const auto found = table.chains.find(chain);
    if (found == table.chains.end())
        return false;
    for (const Field field : {Field::iifname, Field::oifname}) {
        Condition of_bridge;
        of_bridge.lookup.fields = {field};
        of_bridge.lookup.elements = {{{traffic.bridge}, {}}};
        std::vector<Rule>& rules = found->second.rules;
        rules.insert(rules.begin(), {{of_bridge, Verdict{Verdict::Kind::accept, ""}}});
    }
    return !is_dropped(table, base, traffic);
}

/// The chains of ufw stay behind when it is switched off.
bool is_of_ufw(const Chain& base) {
    for (const Rule& rule : base.rules)
        for (const RulePart& part : rule.parts)
            if (const auto* verdict = std::get_if<Verdict>(&part);
                verdict != nullptr && verdict->target.starts_with("ufw"))
                return true;
    return false;
}

/// In the words of who owns the chain, as that one puts its rules back whenever it likes. Docker
/// leaves DOCKER-USER alone.
std::string remedy(const Table& table, const std::string& base, const Traffic& traffic) {
    if (is_enough(table, docker_chain, base, traffic))
        return insert_accepts(table, docker_chain, traffic);
    if (is_of_ufw(table.chains.at(base)))
        return "ufw route allow in on " + traffic.bridge + " && ufw route allow out on " +
               traffic.bridge;
    if (table.name == "firewalld") {
        // The configuration on disk, and the one at work: a --reload would make the second of the
        // first, but forget what else was changed at work only. And --add-interface fails when
        // the interface is in another zone already.
        const std::string change = "--zone=trusted --change-interface=" + traffic.bridge;
        return "firewall-cmd --permanent " + change + " && firewall-cmd " + change;
    }
    return insert_accepts(table, base, traffic);
}

} // namespace

sdk::Result<std::vector<std::string>> foreign_forward_tables(std::string_view chains) {
    MBX_TRY(const std::vector<Table> tables, read_tables(chains));
    std::vector<std::string> names;
    for (const Table& table : tables)
        if (std::any_of(table.chains.begin(), table.chains.end(), [](const auto& chain) {
                return chain.second.forwards;
            }))
            names.push_back(table.family + " " + table.name);
    return names;
}

bool has_foreign_forward(std::string_view chains) {
    const auto tables = foreign_forward_tables(chains);
    return !tables.ok() || !tables->empty();
}

sdk::Result<std::vector<Obstacle>> find_obstacles(std::string_view ruleset,
                                                  const Traffic& traffic) {
    MBX_TRY(const std::vector<Table> tables, read_tables(ruleset));

    struct Found {
        int priority;
        Obstacle obstacle;
    };

    std::vector<Found> found;
    for (const Table& table : tables)
        for (const auto& [name, chain] : table.chains)
            if (chain.forwards && is_dropped(table, name, traffic))
                found.push_back(
                    {chain.priority,
                     {table.family + " " + table.name + " " + name, remedy(table, name, traffic)}});
    std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
        return a.priority < b.priority;
    });
    std::vector<Obstacle> obstacles;
    obstacles.reserve(found.size());
    for (Found& one : found)
        obstacles.push_back(std::move(one.obstacle));
    return obstacles;
}

sdk::Error to_error(const std::vector<Obstacle>& obstacles) {
    std::string where;
    std::vector<std::string> remedies;
    for (const Obstacle& obstacle : obstacles) {
        where += (where.empty() ? "" : ", ") + obstacle.where;
        if (std::find(remedies.begin(), remedies.end(), obstacle.remedy) == remedies.end())
            remedies.push_back(obstacle.remedy);
    }
    std::string commands;
    for (const std::string& remedy : remedies)
        commands += (commands.empty() ? "" : " && ") + remedy;
    return sdk::fail("net-bridge: forwarded packets are dropped by " + where, "run: " + commands);
}

} // namespace microbox::net_bridge
