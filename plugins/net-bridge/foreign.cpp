// SPDX-License-Identifier: MIT
#include "foreign.hpp"

#include "foreign_filter.hpp"
#include "legacy_filter.hpp"
#include "names.hpp"

#include <unistd.h>

namespace microbox::net_bridge {

namespace {

/// The chains alone first: most hosts filter nothing that is forwarded, and a ruleset can be long.
/// Then the tables one by one, see foreign_filter.hpp.
sdk::Result<std::vector<Obstacle>> obstacles(Nft& nft, const Uplinks& uplinks) {
    const Traffic traffic{
        bridge_name, uplinks.names, uplinks.families.ip4, uplinks.families.ip6, uplinks.published};
    MBX_TRY(std::vector<Obstacle> all, find_legacy_obstacles(traffic));
    MBX_TRY(const std::string chains, nft.list("list chains", Nft::Form::json));
    MBX_TRY(const std::vector<std::string> tables, foreign_forward_tables(chains));
    for (const std::string& table : tables) {
        MBX_TRY(const std::string rules, nft.list("list table " + table, Nft::Form::json));
        MBX_TRY(const std::vector<Obstacle> found, find_obstacles(rules, traffic));
        all.insert(all.end(), found.begin(), found.end());
    }
    return all;
}

sdk::Finding less(std::string need, bool met, std::string remedy) {
    return {std::move(need), met, std::move(remedy), false};
}

} // namespace

sdk::Result<void> check_foreign_filters(Nft& nft, const Uplinks& uplinks, sdk::Log& log) {
    const auto found = obstacles(nft, uplinks);
    if (!found.ok())
        log.write(sdk::Level::warning,
                  "the rules of others cannot be read, and may drop what is forwarded: " +
                      found.error().what);
    else if (!found->empty())
        return to_error(*found);
    return {};
}

std::vector<sdk::Finding> examine_host() {
    const bool root = ::geteuid() == 0;
    std::vector<sdk::Finding> findings = {
        less("root, who may make bridges and rules", root, "run as root, or use another --net")};
    if (!root)
        return findings;
    auto nft = Nft::open();
    findings.push_back(less("kernel: nf_tables", nft.ok(), nft.ok() ? "" : nft.error().hint));
    auto rtnl = Rtnl::open();
    if (!nft.ok() || !rtnl.ok())
        return findings;
    auto uplinks = find_uplinks(*rtnl, {});
    findings.push_back(less("a default route", uplinks.ok(), "connect the host to a network"));
    if (!uplinks.ok())
        return findings;
    uplinks->published = true;
    const auto found = obstacles(*nft, *uplinks);
    const bool free = found.ok() && found->empty();
    const std::string need = "what is forwarded from and to sandboxes is not dropped by others";
    if (!found.ok())
        findings.push_back(less(need, false, found.error().what));
    else if (free)
        findings.push_back(less(need, true, ""));
    else
        findings.push_back(less(to_error(*found).what, false, to_error(*found).hint));
    return findings;
}

} // namespace microbox::net_bridge
