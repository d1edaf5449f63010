// SPDX-License-Identifier: MIT
// Rules of nftables as far as a Packet can meet them, read from what `nft -j list` prints. [pure]
//
// What is read: conditions on interfaces, on conntrack's state, status and direction and on the
// family, sets and verdict maps of those, and verdicts. What is not understood is Opaque.
#pragma once

#include <microbox/sdk/result.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace microbox::net_bridge {

enum class Field { iifname, oifname, state, status, direction, nfproto, protocol, l4proto, other };

struct Verdict {
    enum class Kind { accept, drop, jump, go_to, leave, go_on, queue };

    Kind kind = Kind::go_on;
    std::string target; ///< of jump and go_to: a chain of the same table
};

/// "docker*", "established"; nullopt: not understood.
using Value = std::optional<std::string>;

/// Of a set or a map: one value for each field, or "*" for whatever no other element is.
struct Element {
    std::vector<Value> values;
    Verdict verdict; ///< of a map's element
};

struct Lookup {
    std::vector<Field> fields;     ///< more than one: concatenated
    std::vector<Element> elements; ///< those of an anonymous set, or the one value
    std::string set;               ///< the name of the table's set that has them; empty: none
};

struct Condition {
    Lookup lookup;
    bool negated = false;
};

struct VerdictMap {
    Lookup lookup;
};

struct Opaque {
    /// iptables' match on conntrack's state, of which nft prints no more than the name.
    bool conntrack = false;
};

using RulePart = std::variant<Condition, VerdictMap, Opaque, Verdict>;

struct Rule {
    std::vector<RulePart> parts;
};

struct Chain {
    std::vector<Rule> rules;
    bool forwards = false; ///< a base chain at the hook forward
    bool drops = false;    ///< its policy
    int priority = 0;
};

struct Table {
    std::string family; ///< ip, ip6 or inet
    std::string name;
    std::map<std::string, Chain> chains;
    std::map<std::string, std::vector<Element>> sets; ///< and maps
};

/// The tables through which forwarded packets of IP may go, without our own and dormant ones. A
/// list of chains only is well too. Errors: no JSON, or not what nft prints.
[[nodiscard]] sdk::Result<std::vector<Table>> read_tables(std::string_view json);

} // namespace microbox::net_bridge
