// SPDX-License-Identifier: MIT
// Reads the grammar that the head of policy/default.txt describes.
#include "generate/policy.hpp"

#include <cerrno>
#include <map>
#include <sstream>

#include <linux/seccomp.h>

namespace microbox::seccomp {
namespace {

sdk::Result<Action> parse_action(const std::string& word) {
    if (word == "allow")
        return Action{SECCOMP_RET_ALLOW};
    static const std::map<std::string, int> errors = {
        {"EPERM", EPERM}, {"ENOSYS", ENOSYS}, {"EPROTONOSUPPORT", EPROTONOSUPPORT}};
    const auto found = errors.find(word);
    if (found == errors.end())
        return sdk::fail("'" + word + "' is no action");
    return Action{SECCOMP_RET_ERRNO} | static_cast<Action>(found->second);
}

sdk::Result<std::uint32_t> parse_value(const std::string& word) {
    std::istringstream in(word);
    std::uint32_t value = 0;
    // 0x is understood only without a fixed base.
    in.unsetf(std::ios::basefield);
    if (!(in >> value) || in.peek() != std::istringstream::traits_type::eof())
        return sdk::fail("'" + word + "' is no number");
    return value;
}

/// "argN [& MASK] == VALUE", from the words after `if` or `and`.
sdk::Result<Condition> parse_condition(std::istringstream& in) {
    Condition condition;
    std::string argument;
    std::string operation;
    std::string value;
    in >> argument >> operation >> value;
    if (argument.size() != 4 || argument.rfind("arg", 0) != 0 || argument[3] < '0' ||
        argument[3] > '5')
        return sdk::fail("'" + argument + "' is no argument: arg0 to arg5");
    condition.argument = static_cast<unsigned>(argument[3] - '0');
    if (operation == "&") {
        MBX_TRY(condition.mask, parse_value(value));
        in >> operation >> value;
    }
    if (operation != "==")
        return sdk::fail("'" + operation + "' is no comparison");
    MBX_TRY(condition.value, parse_value(value));
    return condition;
}

sdk::Result<Clause> parse_clause(const std::string& line) {
    std::istringstream in(line);
    Clause clause;
    std::string word;
    in >> word;
    if (word == "if") {
        do {
            MBX_TRY(auto condition, parse_condition(in));
            clause.conditions.push_back(condition);
            in >> word;
        } while (word == "and");
    } else {
        in >> word;
    }
    MBX_TRY(clause.action, parse_action(word));
    if (in >> word)
        return sdk::fail("'" + word + "' is too much");
    return clause;
}

/// "[ACTION] name: reason"
sdk::Result<Group> parse_head(const std::string& line) {
    const auto bracket = line.find("] ");
    const auto colon = line.find(": ");
    if (bracket == std::string::npos || colon == std::string::npos || colon < bracket)
        return sdk::fail("a group starts with [ACTION] name: reason");
    Group group{line.substr(bracket + 2, colon - bracket - 2), line.substr(colon + 2), {}, {}};
    const std::string word = line.substr(1, bracket - 1);
    if (word != "check") {
        MBX_TRY(const Action action, parse_action(word));
        group.clauses.push_back({{}, action});
    }
    return group;
}

bool is_rule(const std::string& line) {
    return line.rfind("if ", 0) == 0 || line.rfind("else ", 0) == 0;
}

sdk::Result<void> add_line(Policy& policy, const std::string& line) {
    if (line[0] == '[') {
        MBX_TRY(auto group, parse_head(line));
        policy.push_back(std::move(group));
        return {};
    }
    if (policy.empty())
        return sdk::fail("a line before the first group");
    Group& group = policy.back();
    if (is_rule(line)) {
        if (!group.clauses.empty() && group.clauses.back().conditions.empty())
            return sdk::fail("a rule after the group's last answer");
        MBX_TRY(auto clause, parse_clause(line));
        group.clauses.push_back(std::move(clause));
        return {};
    }
    std::istringstream in(line);
    for (std::string name; in >> name;)
        group.calls.push_back(name);
    return {};
}

sdk::Result<void> check_whole(const Policy& policy) {
    std::map<std::string, std::string> owner;
    for (const Group& group : policy) {
        if (group.clauses.empty() || !group.clauses.back().conditions.empty())
            return sdk::fail("group '" + group.name + "' has no else");
        for (const std::string& call : group.calls) {
            const auto [at, fresh] = owner.emplace(call, group.name);
            if (!fresh)
                return sdk::fail("'" + call + "' is in '" + at->second + "' and in '" + group.name +
                                 "'");
        }
    }
    return {};
}

} // namespace

sdk::Result<Policy> parse_policy(std::string_view text) {
    Policy policy;
    std::istringstream in{std::string(text)};
    int number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (line.empty() || line[0] == '#')
            continue;
        if (auto added = add_line(policy, line); !added.ok())
            return std::move(added.error()).within("line " + std::to_string(number));
    }
    MBX_CHECK(check_whole(policy));
    return policy;
}

} // namespace microbox::seccomp
