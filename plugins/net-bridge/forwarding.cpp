// SPDX-License-Identifier: MIT
// The switch changes more than itself, and forgets what it has changed (inet_forward_change in
// net/ipv4/devinet.c, addrconf_fixup_forwarding in net/ipv6/addrconf.c): forwarding of every
// interface, accept_redirects of "all", and with IPv6 the routes learned from advertisements,
// unless accept_ra is 2. So all of it is written down before, the switch last: what is put back
// newest first begins with the switch.
//
// A host that forwarded nothing is no router between its own networks afterwards either: what goes
// from one of the interfaces of that moment to another is dropped (set quiet4, quiet6). Interfaces
// that come later, like those of a container engine, are not touched by that.
#include "forwarding.hpp"

#include "foreign_filter.hpp"
#include "legacy_filter.hpp"
#include "names.hpp"
#include "sysctl.hpp"
#include "words.hpp"

#include <algorithm>
#include <cerrno>
#include <string_view>

#include <sys/socket.h>

namespace microbox::net_bridge {

namespace {

constexpr std::string_view sysctl_word = "sysctl ";

constexpr const char* alone_word = "alone";

bool others_forward(Nft& nft) {
    for (const bool ip6 : {false, true})
        if (const auto table = read_legacy_table(ip6); !table.ok() || *table)
            return true;
    const auto chains = nft.list("list chains", Nft::Form::json);
    return !chains.ok() || has_foreign_forward(*chains);
}

std::string switch_of(int family) {
    return family == AF_INET ? "net/ipv4/ip_forward" : "net/ipv6/conf/all/forwarding";
}

std::string quiet_word(int family) {
    return family == AF_INET ? "quiet4 " : "quiet6 ";
}

bool is_interface(const std::string& name) {
    return name != "all" && name != "default" && name != "lo" && name != bridge_name &&
           !name.starts_with("mbxv");
}

/// IPv4 asks the interface by which a packet comes in, whatever "all" says; IPv6 asks "all" alone.
bool forwarded_before(int family, const std::string& interface) {
    return family == AF_INET && read_sysctl(conf(AF_INET, interface, "forwarding")) == "1";
}

sdk::Result<void> remember(sdk::Shared& shared, const std::string& name) {
    if (const auto value = read_sysctl(name))
        return shared.journal(std::string(sysctl_word) + name + " " + *value);
    return {};
}

sdk::Result<void> remember_forwarding(int family, sdk::Shared& shared) {
    if (family == AF_INET)
        MBX_CHECK(remember(shared, conf(AF_INET, "all", "accept_redirects")));
    for (const std::string& interface : configured_interfaces(family)) {
        const std::string own = conf(family, interface, "forwarding");
        if (interface != "all" && read_sysctl(own) == "1")
            MBX_CHECK(remember(shared, own));
        const std::string believes = conf(AF_INET6, interface, "accept_ra");
        if (family == AF_INET6 && interface != "all" && interface != bridge_name &&
            read_sysctl(believes) == "1") {
            MBX_CHECK(remember(shared, believes));
            if (auto written = write_sysctl(believes, "2");
                !written.ok() && written.error().error_number != ENOENT)
                return written;
        }
    }
    return {};
}

} // namespace

sdk::Result<void> switch_on_forwarding(int family, sdk::Shared& shared, Nft& nft, sdk::Log& log) {
    const std::string name = switch_of(family);
    const auto before = read_sysctl(name);
    if (before == "1")
        return {};
    if (!others_forward(nft))
        MBX_CHECK(shared.journal(alone_word));
    MBX_CHECK(remember_forwarding(family, shared));
    for (const std::string& interface : configured_interfaces(family))
        if (interface.find_first_of("\"*\\") != std::string::npos)
            return sdk::fail(
                "nftables cannot name the interface '" + interface + "'",
                "give it a name of letters and digits, or switch forwarding on: sysctl " + name +
                    "=1");
        else if (is_interface(interface) && !forwarded_before(family, interface))
            MBX_CHECK(shared.journal(quiet_word(family) + interface));
    if (const std::string elements = quiet_elements(shared.entries()); !elements.empty())
        MBX_CHECK(nft.run(elements));
    MBX_CHECK(remember(shared, name));
    MBX_CHECK(write_sysctl(name, "1"));
    log.write(sdk::Level::info,
              "forwarding is switched on (" + name +
                  "=1), for sandboxes alone; `microbox gc --all` puts it back");
    return {};
}

std::string quiet_elements(const std::vector<std::string>& entries) {
    std::string commands;
    for (const std::string& entry : entries)
        for (const int family : {AF_INET, AF_INET6})
            if (const std::string word = quiet_word(family); entry.starts_with(word))
                commands += "add element inet microbox " + word + "{ \"" +
                            entry.substr(word.size()) + "\" }\n";
    return commands;
}

sdk::Result<void>
put_back_forwarding(const std::vector<std::string>& entries, Nft& nft, sdk::Log& log) {
    // A container engine that has found forwarding switched on relies on it, and does not look
    // again.
    const auto is_switch = [](const std::string& entry) {
        return entry.starts_with(std::string(sysctl_word) + switch_of(AF_INET)) ||
               entry.starts_with(std::string(sysctl_word) + switch_of(AF_INET6));
    };
    if (std::any_of(entries.begin(), entries.end(), is_switch) &&
        std::find(entries.begin(), entries.end(), alone_word) != entries.end() &&
        others_forward(nft)) {
        log.write(
            sdk::Level::error,
            "forwarding stays on: somebody has rules for it who had none when it was switched "
            "on; to switch it off: sysctl net.ipv4.ip_forward=0 "
            "net.ipv6.conf.all.forwarding=0");
        return {};
    }
    sdk::Result<void> first;
    for (const std::string& entry : entries) {
        if (!entry.starts_with(sysctl_word))
            continue;
        const std::size_t space = entry.rfind(' ');
        const std::string name = entry.substr(sysctl_word.size(), space - sysctl_word.size());
        // An interface may have gone meanwhile.
        if (!read_sysctl(name))
            continue;
        auto written = write_sysctl(name, entry.substr(space + 1));
        if (!written.ok() && first.ok())
            first = std::move(written);
    }
    return first;
}

} // namespace microbox::net_bridge
