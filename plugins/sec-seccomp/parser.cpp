// SPDX-License-Identifier: MIT
// The one file that knows the JSON library; what it throws ends here.
#include "parser.hpp"

#include "words.hpp"

#include <microbox/sdk/nearest.hpp>

#include <cerrno>
#include <initializer_list>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include <linux/seccomp.h>

namespace microbox::seccomp {
namespace {

using nlohmann::json;
using Place = const std::string&; ///< "syscalls[3].args[0]"

sdk::Result<void>
check_object(const json& value, Place place, std::initializer_list<std::string_view> keys) {
    if (!value.is_object())
        return sdk::fail(place + " is not an object");
    for (const auto& [key, unused] : value.items()) {
        bool known = false;
        for (const std::string_view name : keys)
            known = known || key == name;
        if (!known) {
            const std::string near = sdk::nearest(key, keys);
            return sdk::fail(place + ": key '" + key + "' is not understood",
                             near.empty() ? "" : "did you mean '" + near + "'?");
        }
    }
    return {};
}

/// nullptr when it is missing or null.
const json* member(const json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

sdk::Result<std::string> to_text(const json& value, Place place) {
    if (!value.is_string())
        return sdk::fail(place + ": " + value.dump() + " is not a string");
    return value.get<std::string>();
}

sdk::Result<std::uint64_t> to_number(const json& value, Place place, std::uint64_t most) {
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > most)
        return sdk::fail(place + ": " + value.dump() + " is not a whole number from 0 to " +
                         std::to_string(most));
    return value.get<std::uint64_t>();
}

template <class Value>
sdk::Result<Value>
to_word(const json& value, Place place, const std::vector<Word<Value>>& words, const char* kind) {
    MBX_TRY(const std::string text, to_text(value, place));
    std::vector<std::string_view> names;
    for (const auto& [word, meaning] : words) {
        if (word == text)
            return meaning;
        names.push_back(word);
    }
    const std::string near = sdk::nearest(text, names);
    return sdk::fail(place + ": " + kind + " '" + text + "' is not understood",
                     near.empty() ? "" : "did you mean '" + near + "'?");
}

/// Calls use(element, place) for each element of an array that may be missing.
template <class Use>
sdk::Result<void> for_each(const json& object, const char* key, Place place, Use use) {
    const json* list = member(object, key);
    if (list == nullptr)
        return {};
    const std::string here = place.empty() ? key : place + "." + key;
    if (!list->is_array())
        return sdk::fail(here + " is not an array");
    std::size_t index = 0;
    for (const json& element : *list)
        MBX_CHECK(use(element, here + "[" + std::to_string(index++) + "]"));
    return {};
}

/// The action under `key`, with its errno under a number's key (Docker) or a name's key (podman).
sdk::Result<Action> read_action(const json& object,
                                Place place,
                                const char* key,
                                const char* number_key,
                                const char* name_key) {
    const std::string prefix = place.empty() ? "" : place + ".";
    const json* word = member(object, key);
    if (word == nullptr)
        return sdk::fail(prefix + key + " is missing");
    if (*word == "SCMP_ACT_NOTIFY" || *word == "SCMP_ACT_TRACE")
        return sdk::fail(prefix + key + ": action '" + word->get<std::string>() +
                             "' is not supported",
                         "it needs another process that answers for each call");
    MBX_TRY(const Action action, to_word(*word, prefix + key, action_words(), "action"));
    std::optional<std::uint64_t> number;
    if (const json* given = member(object, number_key)) {
        constexpr std::uint64_t max_errno = 4095; // linux/err.h
        MBX_TRY(number, to_number(*given, prefix + number_key, max_errno));
    }
    // NOLINTNEXTLINE(readability-container-size-empty): an empty text, not an empty list
    if (const json* given = member(object, name_key); given != nullptr && *given != "") {
        MBX_TRY(const std::string name, to_text(*given, prefix + name_key));
        const auto named = errno_by_name(name);
        if (!named || (number && *number != static_cast<std::uint64_t>(*named)))
            return sdk::fail(prefix + name_key + ": '" + name + "' " +
                             (named ? "contradicts " + std::string(number_key) : "is no errno"));
        number = static_cast<std::uint64_t>(*named);
    }
    if (action != SECCOMP_RET_ERRNO) {
        if (number)
            return sdk::fail(prefix + number_key + ": only SCMP_ACT_ERRNO has an errno");
        return action;
    }
    return action | static_cast<Action>(number.value_or(EPERM));
}

sdk::Result<Argument> read_argument(const json& value, Place place) {
    MBX_CHECK(check_object(value, place, {"index", "value", "valueTwo", "op"}));
    for (const char* key : {"index", "value", "op"})
        if (member(value, key) == nullptr)
            return sdk::fail(place + "." + key + " is missing");
    constexpr std::uint64_t last_argument = 5;
    Argument argument;
    MBX_TRY(const auto index, to_number(value["index"], place + ".index", last_argument));
    argument.index = static_cast<unsigned>(index);
    MBX_TRY(argument.value, to_number(value["value"], place + ".value", UINT64_MAX));
    if (const json* two = member(value, "valueTwo")) {
        MBX_TRY(argument.value_two, to_number(*two, place + ".valueTwo", UINT64_MAX));
    }
    MBX_TRY(argument.comparison, to_word(value["op"], place + ".op", comparison_words(), "op"));
    return argument;
}

sdk::Result<Conditions> read_conditions(const json& rule, const char* key, Place rule_place) {
    Conditions conditions;
    const json* value = member(rule, key);
    if (value == nullptr)
        return conditions;
    const std::string place = rule_place + "." + key;
    MBX_CHECK(check_object(*value, place, {"arches", "caps", "minKernel"}));
    const auto add_machine = [&](const json& name, Place at) -> sdk::Result<void> {
        MBX_CHECK(to_word(name, at, go_machine_words(), "architecture"));
        conditions.machines.push_back(name.get<std::string>());
        return {};
    };
    const auto add_capability = [&](const json& name, Place at) -> sdk::Result<void> {
        MBX_TRY(const unsigned bit, to_word(name, at, capability_words(), "capability"));
        conditions.capabilities |= std::uint64_t{1} << bit;
        return {};
    };
    MBX_CHECK(for_each(*value, "arches", place, add_machine));
    MBX_CHECK(for_each(*value, "caps", place, add_capability));
    if (const json* least = member(*value, "minKernel")) {
        MBX_TRY(const std::string text, to_text(*least, place + ".minKernel"));
        conditions.least_kernel = parse_kernel(text);
        const bool digits_only = text.find_first_not_of("0123456789.") == std::string::npos;
        if (!conditions.least_kernel || !digits_only)
            return sdk::fail(place + ".minKernel: '" + text + "' is not a version like 4.8");
    }
    return conditions;
}

sdk::Result<void> read_names(const json& value, Place place, Rule& rule) {
    // NOLINTNEXTLINE(readability-container-size-empty): an empty text, not an empty list
    if (const json* name = member(value, "name"); name != nullptr && *name != "") {
        MBX_TRY(auto text, to_text(*name, place + ".name"));
        rule.names.push_back(std::move(text));
        if (member(value, "names") != nullptr)
            return sdk::fail(place + " has both name and names");
    }
    const auto add = [&](const json& one, Place at) -> sdk::Result<void> {
        MBX_TRY(auto text, to_text(one, at));
        rule.names.push_back(std::move(text));
        return {};
    };
    MBX_CHECK(for_each(value, "names", place, add));
    if (rule.names.empty())
        return sdk::fail(place + " names no system call");
    return {};
}

sdk::Result<Rule> read_rule(const json& value, Place place) {
    MBX_CHECK(check_object(value,
                           place,
                           {"name",
                            "names",
                            "action",
                            "errnoRet",
                            "errno",
                            "args",
                            "includes",
                            "excludes",
                            "comment"}));
    Rule rule;
    MBX_CHECK(read_names(value, place, rule));
    MBX_TRY(rule.action, read_action(value, place, "action", "errnoRet", "errno"));
    const auto add = [&](const json& one, Place at) -> sdk::Result<void> {
        MBX_TRY(const Argument argument, read_argument(one, at));
        rule.arguments.push_back(argument);
        return {};
    };
    MBX_CHECK(for_each(value, "args", place, add));
    MBX_TRY(rule.includes, read_conditions(value, "includes", place));
    MBX_TRY(rule.excludes, read_conditions(value, "excludes", place));
    return rule;
}

/// The names of the machines, without the second ABIs of each: those are refused whole.
sdk::Result<void> read_machines(const json& root, Profile& profile) {
    if (member(root, "architectures") != nullptr && member(root, "archMap") != nullptr)
        return sdk::fail("both architectures and archMap are given");
    const auto add = [&](const json& name, Place at) -> sdk::Result<void> {
        MBX_CHECK(to_word(name, at, scmp_machine_words(), "architecture"));
        profile.machines.push_back(name.get<std::string>());
        return {};
    };
    const auto check = [](const json& name, Place at) -> sdk::Result<void> {
        MBX_CHECK(to_word(name, at, scmp_machine_words(), "architecture"));
        return {};
    };
    const auto add_mapped = [&](const json& one, Place at) -> sdk::Result<void> {
        MBX_CHECK(check_object(one, at, {"architecture", "subArchitectures"}));
        if (member(one, "architecture") == nullptr)
            return sdk::fail(at + ".architecture is missing");
        MBX_CHECK(for_each(one, "subArchitectures", at, check));
        return add(one["architecture"], at + ".architecture");
    };
    MBX_CHECK(for_each(root, "architectures", "", add));
    return for_each(root, "archMap", "", add_mapped);
}

sdk::Result<Profile> read_profile(const json& root) {
    MBX_CHECK(check_object(root,
                           "top level",
                           {"defaultAction",
                            "defaultErrnoRet",
                            "defaultErrno",
                            "architectures",
                            "archMap",
                            "flags",
                            "syscalls",
                            "comment"}));
    Profile profile;
    MBX_TRY(profile.default_action,
            read_action(root, "", "defaultAction", "defaultErrnoRet", "defaultErrno"));
    MBX_CHECK(read_machines(root, profile));
    const auto add_flag = [&](const json& name, Place at) -> sdk::Result<void> {
        MBX_TRY(const std::uint32_t flag, to_word(name, at, flag_words(), "flag"));
        profile.flags |= flag;
        return {};
    };
    const auto add_rule = [&](const json& one, Place at) -> sdk::Result<void> {
        MBX_TRY(auto rule, read_rule(one, at));
        profile.rules.push_back(std::move(rule));
        return {};
    };
    MBX_CHECK(for_each(root, "flags", "", add_flag));
    MBX_CHECK(for_each(root, "syscalls", "", add_rule));
    return profile;
}

} // namespace

sdk::Result<Profile> parse_profile(std::string_view text) {
    std::vector<std::set<std::string>> open; // keys of the objects around the current place
    std::string duplicate;
    const auto watch = [&](int, json::parse_event_t event, json& parsed) {
        if (event == json::parse_event_t::object_start)
            open.emplace_back();
        else if (event == json::parse_event_t::object_end)
            open.pop_back();
        else if (event == json::parse_event_t::key &&
                 !open.back().insert(parsed.get<std::string>()).second && duplicate.empty())
            duplicate = parsed.get<std::string>();
        return true;
    };
    try {
        const json root = json::parse(text, watch);
        if (!duplicate.empty())
            return sdk::fail("key '" + duplicate + "' is given twice in one object");
        return read_profile(root);
    } catch (const json::exception& error) {
        return sdk::fail("not valid JSON: " + std::string(error.what()));
    }
}

} // namespace microbox::seccomp
