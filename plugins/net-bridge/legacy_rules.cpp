// SPDX-License-Identifier: MIT
// The forms are those of linux/netfilter/x_tables.h and linux/netfilter_ipv{4,6}/ip{,6}_tables.h.
#include "legacy_rules.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>
#include <type_traits>

#include <linux/if.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>

namespace microbox::net_bridge {

namespace {

static_assert(interface_size == IFNAMSIZ);

/// Copied, as bytes have no promise of where they begin. false: it is not all there.
template <class T>
bool read_at(std::string_view bytes, std::size_t at, T& value) {
    if (at > bytes.size() || bytes.size() - at < sizeof value)
        return false;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return true;
}

template <std::size_t size>
std::string_view name_in(const char (&field)[size]) {
    return {field, ::strnlen(field, size)};
}

LegacyInterface interface(const char* name, const unsigned char* mask, bool negated) {
    LegacyInterface made;
    std::memcpy(made.name.data(), name, made.name.size());
    std::memcpy(made.mask.data(), mask, made.mask.size());
    made.negated = negated;
    return made;
}

template <class Address>
bool is_zero(const Address& mask) {
    constexpr Address zero{};
    return std::memcmp(&mask, &zero, sizeof zero) == 0;
}

bool has_other_conditions(const ipt_ip& ip) {
    return !is_zero(ip.smsk) || !is_zero(ip.dmsk) || ip.proto != 0 ||
           (ip.flags & IPT_F_FRAG) != 0 || (ip.invflags & ~(IPT_INV_VIA_IN | IPT_INV_VIA_OUT)) != 0;
}

bool has_other_conditions(const ip6t_ip6& ip) {
    return !is_zero(ip.smsk) || !is_zero(ip.dmsk) || ip.proto != 0 ||
           (ip.flags & IP6T_F_TOS) != 0 ||
           (ip.invflags & ~(IP6T_INV_VIA_IN | IP6T_INV_VIA_OUT)) != 0;
}

const ipt_ip& head(const ipt_entry& entry) {
    return entry.ip;
}

const ip6t_ip6& head(const ip6t_entry& entry) {
    return entry.ipv6;
}

/// false: they are not of the expected form.
bool read_matches(std::string_view matches, LegacyRule& rule) {
    while (!matches.empty()) {
        xt_entry_match match{};
        if (!read_at(matches, 0, match) || match.u.match_size < sizeof match ||
            match.u.match_size > matches.size())
            return false;
        const std::string_view name = name_in(match.u.user.name);
        const bool conntrack = name == "conntrack" || name == "state";
        rule.conntrack = rule.conntrack || conntrack;
        rule.opaque = rule.opaque || (!conntrack && name != "comment");
        matches.remove_prefix(match.u.match_size);
    }
    return true;
}

/// What ipt_do_table() makes of the number in a standard target (net/ipv4/netfilter/ip_tables.c).
void read_number(int number, bool goes, LegacyRule& rule) {
    using Target = LegacyRule::Target;
    if (number >= 0) {
        rule.where = static_cast<std::uint32_t>(number);
        rule.target = goes ? Target::go_to : Target::jump;
        if (rule.where == rule.next) // no target at all
            rule.target = Target::go_on;
    } else if (number == XT_RETURN) {
        rule.target = Target::leave;
    } else {
        const int verdict = -number - 1;
        rule.target = verdict == NF_ACCEPT  ? Target::accept
                      : verdict == NF_QUEUE ? Target::queue
                                            : Target::drop;
    }
}

bool read_target(std::string_view bytes, bool goes, LegacyRule& rule) {
    using Target = LegacyRule::Target;
    xt_entry_target target{};
    if (!read_at(bytes, 0, target))
        return false;
    const std::string_view name = name_in(target.u.user.name);
    if (name.empty()) { // XT_STANDARD_TARGET
        int number = 0;
        if (!read_at(bytes, offsetof(xt_standard_target, verdict), number))
            return false;
        read_number(number, goes, rule);
    }
    if (name == "REJECT")
        rule.target = Target::drop;
    else if (name == "NFQUEUE")
        rule.target = Target::queue;
    else if (name == XT_ERROR_TARGET) // the name of a chain, where nobody comes by
        rule.target = Target::malformed;
    return true;
}

template <class Entry>
std::optional<LegacyRule> read_rule(std::string_view entries, std::uint32_t at) {
    Entry entry{};
    if (!read_at(entries, at, entry) || entry.target_offset < sizeof entry ||
        entry.next_offset < entry.target_offset || entry.next_offset > entries.size() - at)
        return std::nullopt;
    const auto& ip = head(entry);
    static_assert(IPT_INV_VIA_IN == IP6T_INV_VIA_IN && IPT_INV_VIA_OUT == IP6T_INV_VIA_OUT);
    constexpr unsigned go_to = std::is_same_v<Entry, ipt_entry> ? IPT_F_GOTO : IP6T_F_GOTO;
    LegacyRule rule;
    rule.next = at + entry.next_offset;
    rule.in = interface(ip.iniface, ip.iniface_mask, (ip.invflags & IPT_INV_VIA_IN) != 0);
    rule.out = interface(ip.outiface, ip.outiface_mask, (ip.invflags & IPT_INV_VIA_OUT) != 0);
    rule.opaque = has_other_conditions(ip);
    const std::size_t conditions = entry.target_offset - sizeof entry;
    const std::string_view extensions =
        entries.substr(at + sizeof entry, entry.next_offset - sizeof entry);
    if (!read_matches(extensions.substr(0, conditions), rule) ||
        !read_target(extensions.substr(conditions), (ip.flags & go_to) != 0, rule))
        return std::nullopt;
    return rule;
}

} // namespace

sdk::Result<LegacyRules> read_rules(const LegacyTable& table) {
    LegacyRules rules;
    for (std::uint32_t at = 0; at < table.entries.size();) {
        const auto rule = table.ip6 ? read_rule<ip6t_entry>(table.entries, at)
                                    : read_rule<ipt_entry>(table.entries, at);
        if (!rule)
            return sdk::fail("the kernel's table 'filter' of iptables is not understood at byte " +
                             std::to_string(at));
        rules.emplace(at, *rule);
        at = rule->next;
    }
    return rules;
}

Truth matches(const LegacyInterface& interface, const std::string& name) {
    const auto is_set = [](unsigned char byte) { return byte != 0; };
    if (std::none_of(interface.mask.begin(), interface.mask.end(), is_set))
        return truth(!interface.negated);
    if (name.empty())
        return Truth::unknown;
    std::array<unsigned char, interface_size> padded{};
    std::memcpy(padded.data(), name.data(), std::min(name.size(), padded.size() - 1));
    bool same = true;
    for (std::size_t i = 0; i < padded.size(); ++i)
        same = same && ((padded[i] ^ interface.name[i]) & interface.mask[i]) == 0;
    return truth(same != interface.negated);
}

} // namespace microbox::net_bridge
