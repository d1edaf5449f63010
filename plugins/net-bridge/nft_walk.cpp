// SPDX-License-Identifier: MIT
#include "nft_walk.hpp"

#include <algorithm>
#include <string_view>

namespace microbox::net_bridge {

namespace {

/// Where a packet is after a rule or a chain.
enum class Fate { next_rule, chain_left, accepted, dropped, not_known };

/// "docker*" is a prefix, "a\*" is a name with an asterisk.
Truth names(const std::string& pattern, const std::string& interface) {
    if (interface.empty())
        return Truth::unknown;
    if (!pattern.ends_with('*'))
        return truth(pattern == interface);
    const std::string_view prefix = std::string_view(pattern).substr(0, pattern.size() - 1);
    if (!prefix.ends_with('\\'))
        return truth(interface.starts_with(prefix));
    return truth(interface == std::string(prefix.substr(0, prefix.size() - 1)) + "*");
}

/// One bit of IPS_*. That a connection is to a published port is known; that its source is
/// rewritten comes after us, in postrouting.
Truth has_status(const std::string& bit, const Packet& packet) {
    return bit == "dnat" ? truth(packet.dnat) : Truth::unknown;
}

/// What is carried may be anything, but not the other family's.
Truth carries(const std::string& protocol, const Packet& packet) {
    const bool others = protocol == (packet.ip6 ? "icmp" : "ipv6-icmp");
    return others ? Truth::no : Truth::unknown;
}

Truth has(Field field, const std::string& value, const Packet& packet) {
    switch (field) {
    case Field::iifname:
        return names(value, packet.in);
    case Field::oifname:
        return names(value, packet.out);
    case Field::state:
        return truth(value == (packet.reply ? "established" : "new"));
    case Field::status:
        return has_status(value, packet);
    case Field::direction:
        return truth(value == (packet.reply ? "reply" : "original"));
    case Field::nfproto:
        return truth(value == (packet.ip6 ? "ipv6" : "ipv4"));
    case Field::protocol:
        return truth(value == (packet.ip6 ? "ip6" : "ip"));
    case Field::l4proto:
        return carries(value, packet);
    case Field::other:
        break;
    }
    return Truth::unknown;
}

bool is_catchall(const Element& element) {
    return element.values.size() == 1 && element.values[0] == "*";
}

Truth matches(const Element& element, const std::vector<Field>& fields, const Packet& packet) {
    if (is_catchall(element))
        return Truth::yes;
    if (element.values.size() != fields.size())
        return Truth::unknown;
    Truth all = Truth::yes;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const Value& value = element.values[i];
        all = std::min(all, value ? has(fields[i], *value, packet) : Truth::unknown);
    }
    return all;
}

struct Found {
    Truth truth = Truth::no;
    const Element* element = nullptr; ///< for yes
};

Found find(const std::vector<Element>& elements,
           const std::vector<Field>& fields,
           const Packet& packet) {
    Found found;
    const Element* catchall = nullptr;
    for (const Element& element : elements) {
        if (is_catchall(element)) {
            catchall = &element;
            continue;
        }
        const Truth here = matches(element, fields, packet);
        if (here == Truth::yes)
            return {here, &element};
        found.truth = std::max(found.truth, here);
    }
    if (found.truth == Truth::no && catchall != nullptr)
        return {Truth::yes, catchall};
    return found;
}

class Walk {
public:
    Walk(const Table& table, const Packet& packet) : table_(table), packet_(packet) {}

    Fate through(const Chain& chain, unsigned depth) {
        for (const Rule& rule : chain.rules) {
            if (++rules_ > most_rules)
                return Fate::not_known;
            const Fate fate = past(rule, depth);
            if (fate != Fate::next_rule)
                return fate;
        }
        return Fate::chain_left;
    }

private:
    /// NFT_JUMP_STACK_SIZE (net/netfilter/nf_tables.h): the kernel takes no rules that go deeper.
    static constexpr unsigned deepest = 16;
    /// Chains that call each other twice at each of the levels are rules enough for an hour.
    static constexpr unsigned most_rules = 1U << 20U;

    Found look_up(const Lookup& lookup) const {
        if (lookup.set.empty())
            return find(lookup.elements, lookup.fields, packet_);
        const auto set = table_.sets.find(lookup.set);
        if (set == table_.sets.end())
            return {Truth::unknown, nullptr};
        return find(set->second, lookup.fields, packet_);
    }

    Truth holds(const Condition& condition) const {
        const Truth found = look_up(condition.lookup).truth;
        return condition.negated ? opposite(found) : found;
    }

    /// iptables' match on the state says what it is, not which states it is after. That it lets
    /// through what belongs to a connection is what it is for, on all hosts but the strangest.
    [[nodiscard]] bool may_be_of_connection(const Opaque& opaque) const {
        return opaque.conntrack && packet_.reply;
    }

    Fate past(const Rule& rule, unsigned depth) {
        bool only_accepts = false;
        for (const RulePart& part : rule.parts) {
            Verdict verdict;
            if (const auto* condition = std::get_if<Condition>(&part)) {
                if (holds(*condition) != Truth::yes)
                    return Fate::next_rule;
            } else if (const auto* opaque = std::get_if<Opaque>(&part)) {
                if (!may_be_of_connection(*opaque))
                    return Fate::next_rule;
                only_accepts = true;
            } else if (const auto* map = std::get_if<VerdictMap>(&part)) {
                const Element* const element = look_up(map->lookup).element;
                if (element == nullptr)
                    return Fate::next_rule;
                verdict = element->verdict;
            } else {
                verdict = std::get<Verdict>(part);
            }
            if (only_accepts && verdict.kind != Verdict::Kind::accept)
                verdict = {};
            const Fate fate = follow(verdict, depth);
            if (fate != Fate::next_rule)
                return fate;
        }
        return Fate::next_rule;
    }

    Fate follow(const Verdict& verdict, unsigned depth) {
        switch (verdict.kind) {
        case Verdict::Kind::accept:
            return Fate::accepted;
        case Verdict::Kind::drop:
            return Fate::dropped;
        case Verdict::Kind::leave:
            return Fate::chain_left;
        case Verdict::Kind::queue: // a program decides
            return Fate::not_known;
        case Verdict::Kind::go_on:
            return Fate::next_rule;
        case Verdict::Kind::jump:
        case Verdict::Kind::go_to:
            break;
        }
        const auto target = table_.chains.find(verdict.target);
        if (target == table_.chains.end() || depth >= deepest)
            return Fate::not_known;
        const Fate fate = through(target->second, depth + 1);
        // What was gone to leaves for where this chain was called.
        return fate == Fate::chain_left && verdict.kind == Verdict::Kind::jump ? Fate::next_rule
                                                                               : fate;
    }

    const Table& table_;
    const Packet& packet_;
    unsigned rules_ = 0;
};

} // namespace

bool drops(const Table& table, const Chain& base, const Packet& packet) {
    const Fate fate = Walk(table, packet).through(base, 0);
    return fate == Fate::dropped || (fate == Fate::chain_left && base.drops);
}

} // namespace microbox::net_bridge
