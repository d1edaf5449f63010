// SPDX-License-Identifier: MIT
// The form is that of libnftables-json(5). Nothing here throws: what has another form than expected
// is Opaque, so that a newer nft is at worst understood less.
#include "nft_rules.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

namespace microbox::net_bridge {

namespace {

using Json = nlohmann::json;

/// null when there is none.
const Json& member(const Json& object, const char* name) {
    static const Json none;
    const auto found = object.find(name); // end() of what is no object
    return found == object.end() ? none : *found;
}

std::string text(const Json& value) {
    const auto* const string = value.get_ptr<const std::string*>();
    return string == nullptr ? "" : *string;
}

std::string text(const Json& object, const char* name) {
    return text(member(object, name));
}

Field field_of(const Json& expression, bool of_bits) {
    constexpr std::array<std::pair<std::string_view, Field>, 7> metas{{
        {"iifname", Field::iifname},
        {"iif", Field::iifname},
        {"oifname", Field::oifname},
        {"oif", Field::oifname},
        {"nfproto", Field::nfproto},
        {"protocol", Field::protocol},
        {"l4proto", Field::l4proto},
    }};
    const std::string meta = text(member(expression, "meta"), "key");
    for (const auto& [name, field] : metas)
        if (name == meta)
            return field;
    const std::string ct = text(member(expression, "ct"), "key");
    if (ct == "state")
        return Field::state;
    // The whole word also has bits that do not matter to us (IPS_DST_NAT_DONE).
    if (ct == "status" && of_bits)
        return Field::status;
    return ct == "direction" ? Field::direction : Field::other;
}

std::vector<Field> fields_of(const Json& expression, bool of_bits) {
    const Json& parts = member(expression, "concat");
    if (!parts.is_array())
        return {field_of(expression, of_bits)};
    std::vector<Field> fields;
    for (const Json& part : parts)
        fields.push_back(field_of(part, of_bits));
    return fields;
}

std::optional<Verdict> read_verdict(const Json& statement) {
    using Kind = Verdict::Kind;
    constexpr std::array<std::pair<const char*, Kind>, 8> kinds{{
        {"accept", Kind::accept},
        {"drop", Kind::drop},
        {"reject", Kind::drop},
        {"jump", Kind::jump},
        {"goto", Kind::go_to},
        {"return", Kind::leave},
        {"continue", Kind::go_on},
        {"queue", Kind::queue},
    }};
    for (const auto& [name, kind] : kinds)
        if (statement.contains(name))
            return Verdict{kind, text(member(statement, name), "target")};
    return std::nullopt;
}

Value value_of(const Json& value) {
    return value.is_string() ? Value(text(value)) : std::nullopt;
}

Element read_element(const Json& element, bool has_verdict) {
    Element made;
    const Json* key = &element;
    if (has_verdict && element.is_array() && element.size() == 2) {
        key = &element[0];
        made.verdict = read_verdict(element[1]).value_or(Verdict{});
    }
    if (key->contains("elem")) // with a counter, a timeout or a comment
        key = &member(member(*key, "elem"), "val");
    const Json& parts = member(*key, "concat");
    if (!parts.is_array())
        made.values = {value_of(*key)};
    else
        for (const Json& part : parts)
            made.values.push_back(value_of(part));
    return made;
}

std::vector<Element> read_elements(const Json& elements, bool have_verdicts) {
    std::vector<Element> made;
    if (elements.is_array())
        for (const Json& element : elements)
            made.push_back(read_element(element, have_verdicts));
    return made;
}

/// of_bits: a list is of bits, any of which will do.
Lookup read_lookup(const Json& key, const Json& data, bool of_bits, bool have_verdicts) {
    Lookup made;
    made.fields = fields_of(key, of_bits);
    if (const std::string name = text(data); name.starts_with('@'))
        made.set = name.substr(1);
    else if (data.contains("set"))
        made.elements = read_elements(member(data, "set"), have_verdicts);
    else if (of_bits && data.is_array())
        made.elements = read_elements(data, false);
    else
        made.elements = {read_element(data, false)};
    return made;
}

RulePart read_match(const Json& match) {
    const std::string op = text(match, "op");
    const Json& right = member(match, "right");
    const Json* left = &member(match, "left");
    bool of_bits = op == "in" || op == "!";
    if (!of_bits && op != "==" && op != "!=")
        return Opaque{};
    // "ct status & dnat == dnat": of one bit it is the same.
    if (const Json& masked = member(*left, "&"); masked.is_array()) {
        if (masked.size() != 2 || !right.is_string() || masked[1] != right)
            return Opaque{};
        left = &masked[0];
        of_bits = true;
    }
    return Condition{read_lookup(*left, right, of_bits, false), op.starts_with('!')};
}

/// What iptables-nft has no expression of nftables for. A target is the last of its rule.
std::optional<RulePart> read_xt(const Json& extension) {
    const std::string name = text(extension, "name");
    if (text(extension, "type") == "target") {
        if (name == "REJECT")
            return Verdict{Verdict::Kind::drop, ""};
        if (name == "NFQUEUE")
            return Verdict{Verdict::Kind::queue, ""};
        return std::nullopt;
    }
    if (name == "comment")
        return std::nullopt;
    return Opaque{name == "conntrack" || name == "state"};
}

/// nullopt: makes no difference to where the packet goes.
std::optional<RulePart> read_part(const Json& statement) {
    constexpr std::array neutral = {"counter",
                                    "log",
                                    "mangle",
                                    "notrack",
                                    "flow",
                                    "ct helper",
                                    "ct timeout",
                                    "ct expectation",
                                    "last",
                                    "secmark"};
    if (statement.contains("match"))
        return read_match(member(statement, "match"));
    if (const Json& map = member(statement, "vmap"); !map.is_null())
        return VerdictMap{read_lookup(member(map, "key"), member(map, "data"), false, true)};
    if (statement.contains("xt"))
        return read_xt(member(statement, "xt"));
    if (const auto verdict = read_verdict(statement))
        return *verdict;
    if (std::any_of(neutral.begin(), neutral.end(), [&](const char* name) {
            return statement.contains(name);
        }))
        return std::nullopt;
    return Opaque{};
}

class Reader {
public:
    void read(const Json& object) {
        if (const Json& table = member(object, "table"); !table.is_null())
            read_table(table);
        else if (const Json& chain = member(object, "chain"); !chain.is_null())
            read_chain(chain);
        else if (const Json& rule = member(object, "rule"); !rule.is_null())
            read_rule(rule);
        else if (const Json& set = member(object, "set"); !set.is_null())
            read_set(set, false);
        else if (const Json& map = member(object, "map"); !map.is_null())
            read_set(map, true);
    }

    /// In the order of their names.
    std::vector<Table> tables() && {
        std::vector<Table> all;
        for (auto& [key, table] : tables_)
            if (!dormant_.contains(key))
                all.push_back(std::move(table));
        return all;
    }

private:
    using Key = std::pair<std::string, std::string>;

    /// nullptr: none of those that matter.
    Table* table_of(const Json& object, const char* name_member) {
        Key key{text(object, "family"), text(object, name_member)};
        if ((key.first != "ip" && key.first != "ip6" && key.first != "inet") ||
            key.second == "microbox")
            return nullptr;
        Table& table = tables_[key];
        table.family = key.first;
        table.name = key.second;
        return &table;
    }

    void read_table(const Json& object) {
        const Table* const table = table_of(object, "name");
        const Json& flags = member(object, "flags");
        // One alone is no list.
        const bool dormant = text(flags) == "dormant" ||
                             std::any_of(flags.begin(), flags.end(), [](const Json& flag) {
                                 return text(flag) == "dormant";
                             });
        if (table != nullptr && dormant)
            dormant_.insert({table->family, table->name});
    }

    void read_chain(const Json& object) {
        Table* const table = table_of(object, "table");
        if (table == nullptr)
            return;
        Chain& chain = table->chains[text(object, "name")];
        chain.forwards = text(object, "hook") == "forward";
        chain.drops = text(object, "policy") == "drop";
        if (const Json& priority = member(object, "prio"); priority.is_number_integer())
            chain.priority = priority.get<int>();
    }

    void read_rule(const Json& object) {
        Table* const table = table_of(object, "table");
        if (table == nullptr)
            return;
        Rule& rule = table->chains[text(object, "chain")].rules.emplace_back();
        for (const Json& statement : member(object, "expr"))
            if (auto part = read_part(statement))
                rule.parts.push_back(std::move(*part));
    }

    void read_set(const Json& object, bool is_map) {
        if (Table* const table = table_of(object, "table"); table != nullptr)
            table->sets[text(object, "name")] = read_elements(member(object, "elem"), is_map);
    }

    std::map<Key, Table> tables_;
    std::set<Key> dormant_;
};

} // namespace

sdk::Result<std::vector<Table>> read_tables(std::string_view json) {
    const Json whole = Json::parse(json, nullptr, false); // discarded instead of an exception
    const Json& objects = member(whole, "nftables");
    if (!objects.is_array())
        return sdk::fail("nftables' list of rules is not the JSON that is expected");
    Reader reader;
    for (const Json& object : objects)
        reader.read(object);
    return std::move(reader).tables();
}

} // namespace microbox::net_bridge
