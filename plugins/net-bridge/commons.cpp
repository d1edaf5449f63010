// SPDX-License-Identifier: MIT
#include "commons.hpp"

#include "forwarding.hpp"
#include "names.hpp"
#include "ruleset.hpp"
#include "sysctl.hpp"
#include "words.hpp"

#include <algorithm>
#include <cerrno>
#include <functional>

#include <sys/random.h>

namespace microbox::net_bridge {

namespace {

/// By which the bridge is known as ours, from the moment it is there. 02: local, and of nobody's
/// list. No sandbox has it: theirs end with their address.
constexpr Mac bridge_mac = {0x02, 0x6d, 0x00, 0x00, 0x00, 0x01};

bool is_ours(const Link& bridge) {
    return bridge.bridge && bridge.mac == bridge_mac;
}

constexpr std::string_view prefix_word = "prefix ";
constexpr std::string_view subnet_word = "subnet ";
constexpr std::string_view rules_word = "rules ";

/// The newest entry that begins so, without that word.
std::string newest(const std::vector<std::string>& entries, std::string_view word) {
    // NOLINTNEXTLINE(modernize-loop-convert): std::views::reverse is more than clang 14 can parse
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
        if (entry->starts_with(word))
            return entry->substr(word.size());
    return "";
}

/// fdXX:XXXX:XXXX::/64, at random once for this host (RFC 4193): none of the networks that a
/// sandbox may want to reach has it.
sdk::Result<Network> private_prefix(sdk::Shared& shared) {
    if (const std::string known = newest(shared.entries(), prefix_word); !known.empty())
        return parse_network(known, "the journal of the bridge");
    Network prefix{{AF_INET6, {0xfd}}, 64};
    if (::getrandom(prefix.address.bytes.data() + 1, 5, 0) != 5)
        return sdk::fail_errno("getrandom", errno);
    MBX_CHECK(shared.journal(std::string(prefix_word) + to_text(prefix)));
    return prefix;
}

/// Routes that hold nearly everything are another form of the default route ("0.0.0.0/1").
constexpr int least_prefix = 7;

sdk::Result<void>
check_subnet(Rtnl& rtnl, const Settings& settings, const std::vector<std::string>& entries) {
    const std::string what = settings.subnet_source + ": " + to_text(settings.subnet);
    const std::string hint = "choose a network that is nobody's: --subnet 10.99.0.0/16";
    for (const std::string& entry : entries) {
        if (!entry.starts_with(subnet_word))
            continue;
        MBX_TRY(const Network other, parse_network(entry.substr(subnet_word.size()), "a journal"));
        if (other != settings.subnet && other.overlaps(settings.subnet))
            return sdk::fail(what + " overlaps " + to_text(other) +
                                 ", which other sandboxes have on the bridge",
                             hint);
    }
    MBX_TRY(const std::optional<Link> bridge, rtnl.link(bridge_name));
    MBX_TRY(const std::vector<Route> routes, rtnl.routes4());
    for (const Route& route : routes) {
        if (route.network.prefix < least_prefix || !route.network.overlaps(settings.subnet) ||
            (bridge && route.link == bridge->index))
            continue;
        std::string by;
        if (route.link != 0)
            if (const auto link = rtnl.link(route.link); link.ok())
                by = " (" + link->name + ")";
        return sdk::fail(what + " collides with the host's route to " + to_text(route.network) + by,
                         hint);
    }
    return {};
}

sdk::Error somebody_elses_bridge() {
    return sdk::fail("the interface " + std::string(bridge_name) + " is not microbox's",
                     "if nobody needs it: ip link delete " + std::string(bridge_name));
}

sdk::Result<Link> make_bridge(sdk::Shared& shared, Rtnl& rtnl) {
    MBX_CHECK(shared.journal("bridge " + std::string(bridge_name)));
    MBX_TRY(std::optional<Link> bridge, rtnl.link(bridge_name));
    if (!bridge) {
        MBX_CHECK(rtnl.add_bridge(bridge_name, bridge_mac));
        MBX_TRY(bridge, rtnl.link(bridge_name));
    }
    if (!bridge || !is_ours(*bridge))
        return somebody_elses_bridge();
    return *bridge;
}

/// Before the bridge is up: no advertisement is believed, no redirect, and its addresses are not
/// looked for elsewhere first.
sdk::Result<void> set_manners() {
    const std::string name = bridge_name;
    for (const char* key : {"accept_redirects",
                            "send_redirects",
                            "route_localnet",
                            "proxy_arp",
                            "accept_source_route"})
        MBX_CHECK(write_sysctl(conf(AF_INET, name, key), "0"));
    // ARP is answered for the bridge's own addresses alone, not for the host's others.
    MBX_CHECK(write_sysctl(conf(AF_INET, name, "arp_ignore"), "1"));
    if (!has_ipv6())
        return {};
    for (const char* key :
         {"disable_ipv6", "accept_ra", "autoconf", "accept_redirects", "accept_dad"})
        MBX_CHECK(write_sysctl(conf(AF_INET6, name, key), "0"));
    return {};
}

sdk::Result<std::string> rules_in_force(Nft& nft) {
    std::string all;
    // Not in one question: the library then looks for both in the cache of one (nft 1.0.6).
    for (const char* table : {frame_table, ip_table}) {
        MBX_TRY(const std::string text,
                nft.list("list table " + std::string(table), Nft::Form::terse));
        all += text;
    }
    return all;
}

std::string hash_of(const std::string& text) {
    return std::to_string(std::hash<std::string>()(text));
}

/// Of our text and of the kernel's: a new version's start replaces the rules of an old one, and
/// what somebody has changed by hand is put back. What others have put beside it, as it then is,
/// stays.
std::string rules_entry(const std::string& in_force) {
    return std::string(rules_word) + hash_of(ruleset()) + "-" + hash_of(in_force);
}

} // namespace

sdk::Result<void> check_rules(Nft& nft, const std::vector<std::string>& entries) {
    const auto in_force = rules_in_force(nft);
    if (!in_force.ok())
        return in_force.error();
    // Any of them: whoever changes a rule and puts it back comes to an older one again.
    const std::string wanted = "-" + hash_of(*in_force);
    if (std::none_of(entries.begin(), entries.end(), [&](const std::string& entry) {
            return entry.starts_with(rules_word) && entry.ends_with(wanted);
        }))
        return sdk::fail("the tables " + std::string(frame_table) + " and " + ip_table +
                             " of nftables are not as microbox has made them",
                         "somebody changes them while it starts");
    return {};
}

sdk::Result<void> make_rules(sdk::Shared& shared, Nft& nft) {
    for (const char* table : {frame_table, ip_table})
        MBX_CHECK(shared.journal("table " + std::string(table)));
    const std::vector<std::string> entries = shared.entries();
    const auto before = rules_in_force(nft);
    if (before.ok() &&
        std::find(entries.begin(), entries.end(), rules_entry(*before)) != entries.end())
        return {};
    auto made = nft.run(ruleset() + quiet_elements(entries));
    if (!made.ok()) {
        if (made.error().error_number == ENOENT)
            made.error().hint = "does the kernel lack a part of nf_tables? INET, BRIDGE, NAT, FIB, "
                                "REJECT and CONNLIMIT are needed";
        else if (made.error().hint.empty())
            made.error().hint = "tables of another version of microbox? when no sandbox with --net "
                                "bridge runs: microbox gc --all";
        return made;
    }
    MBX_TRY(const std::string in_force, rules_in_force(nft));
    return shared.journal(rules_entry(in_force));
}

sdk::Result<Commons> make_commons(sdk::Shared& shared,
                                  Rtnl& rtnl,
                                  Nft& nft,
                                  const Settings& settings,
                                  const Families& needed,
                                  sdk::Log& log) {
    Commons commons;
    const std::vector<std::string> before = shared.entries();
    MBX_TRY(const std::optional<Link> there, rtnl.link(bridge_name));
    if (there && !is_ours(*there))
        return somebody_elses_bridge();
    const std::string subnet = std::string(subnet_word) + to_text(settings.subnet);
    const bool known = there && std::find(before.begin(), before.end(), subnet) != before.end();
    if (!known)
        MBX_CHECK(check_subnet(rtnl, settings, before));
    if (has_ipv6()) {
        MBX_TRY(commons.prefix6, private_prefix(shared));
    }
    // The walls before the ways.
    MBX_CHECK(make_rules(shared, nft));
    MBX_TRY(commons.bridge, make_bridge(shared, rtnl));
    MBX_CHECK(set_manners());
    MBX_CHECK(shared.journal(subnet));
    MBX_CHECK(rtnl.add_address(
        commons.bridge.index, gateway_of(settings.subnet), settings.subnet.prefix));
    if (commons.prefix6)
        MBX_CHECK(rtnl.add_address(commons.bridge.index, in_network(*commons.prefix6, 1), 64));
    if (!commons.bridge.up)
        MBX_CHECK(rtnl.set_up(commons.bridge.index));
    if (needed.ip4)
        MBX_CHECK(switch_on_forwarding(AF_INET, shared, nft, log));
    if (needed.ip6)
        MBX_CHECK(switch_on_forwarding(AF_INET6, shared, nft, log));
    return commons;
}

sdk::Result<void> release_commons(const std::vector<std::string>& entries, sdk::Log& log) {
    MBX_TRY(Rtnl rtnl, Rtnl::open());
    MBX_TRY(Nft nft, Nft::open());
    // No way before no walls.
    sdk::Result<void> first = put_back_forwarding(entries, nft, log);
    const auto keep = [&](sdk::Result<void> done) {
        if (!done.ok() && first.ok())
            first = std::move(done);
    };
    for (const std::string& entry : entries) {
        if (entry == "bridge " + std::string(bridge_name)) {
            const auto bridge = rtnl.link(bridge_name);
            if (!bridge.ok())
                keep(bridge.error());
            else if (*bridge && is_ours(**bridge))
                keep(rtnl.remove_link(bridge_name));
        }
        for (const std::string table : {frame_table, ip_table})
            // Added first: a table that is not there can be deleted too.
            if (entry == "table " + table)
                keep(nft.run("add table " + table + "\ndelete table " + table + "\n"));
    }
    return first;
}

} // namespace microbox::net_bridge
