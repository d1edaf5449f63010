// SPDX-License-Identifier: MIT
// --env and --env-file.
#include "core/config/environment.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>
#include <map>
#include <string_view>

namespace microbox::core {

namespace {

using Variables = std::map<std::string, std::string>;

constexpr std::size_t most_bytes_of_file = 1U << 20U;

bool is_name(std::string_view name) {
    if (name.empty() || (name[0] >= '0' && name[0] <= '9'))
        return false;
    return std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
}

sdk::Error wrong_name(const std::string& where, std::string_view name) {
    return sdk::fail(where + ": '" + std::string(name) +
                     "' is not a variable's name: letters, digits and '_', no digit first");
}

sdk::Result<void> add_file_lines(Variables& variables, const Setting& setting) {
    MBX_TRY(const std::string text, sys::read_file(setting.value, most_bytes_of_file + 1));
    const std::string where = setting.source + " " + setting.value;
    if (text.size() > most_bytes_of_file)
        return sdk::fail(where + ": is larger than 1 MiB");
    MBX_TRY(const auto lines, parse_variables(text, where));
    for (const auto& [name, value] : lines)
        variables[name] = value;
    return {};
}

sdk::Result<void> add_variable(CommandEnvironment& environment,
                               Variables& variables,
                               const Setting& setting,
                               const std::function<const char*(const char*)>& caller_variable) {
    const auto equal = setting.value.find('=');
    const std::string name = setting.value.substr(0, equal);
    if (!is_name(name))
        return wrong_name(setting.source, name);
    if (equal != std::string::npos) {
        variables[name] = setting.value.substr(equal + 1);
        return {};
    }
    const char* copied = caller_variable(name.c_str());
    if (copied == nullptr)
        environment.absent.push_back(name);
    else
        variables[name] = copied;
    return {};
}

} // namespace

sdk::Result<std::vector<std::pair<std::string, std::string>>>
parse_variables(std::string_view text, const std::string& file) {
    if (text.find('\0') != std::string_view::npos)
        return sdk::fail(file + ": a NUL character is in it");
    std::vector<std::pair<std::string, std::string>> variables;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!line.empty() && line.back() == '\r')
            line.remove_suffix(1);
        const auto first = line.find_first_not_of(" \t");
        if (first == std::string_view::npos || line[first] == '#')
            continue;
        line.remove_prefix(first);
        const std::string where = file + ":" + std::to_string(number);
        const auto equal = line.find('=');
        if (equal == std::string_view::npos)
            return sdk::fail(where + ": '" + std::string(line) + "' is not K=V");
        if (!is_name(line.substr(0, equal)))
            return wrong_name(where, line.substr(0, equal));
        variables.emplace_back(line.substr(0, equal), line.substr(equal + 1));
    }
    return variables;
}

sdk::Result<CommandEnvironment>
make_environment(const Settings& settings,
                 const std::function<const char*(const char*)>& caller_variable,
                 const std::string& terminal_type) {
    Variables variables{
        {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
        {"HOME", "/root"},
        {"TERM", terminal_type.empty() ? "xterm" : terminal_type},
        {"LANG", "C.UTF-8"},
        {"container", "microbox"},
    };
    CommandEnvironment environment;
    for (const Origin origin : {Origin::configuration, Origin::profile, Origin::command_line}) {
        for (const Setting& setting : settings.all("env-file"))
            if (setting.origin == origin)
                MBX_CHECK(add_file_lines(variables, setting));
        for (const Setting& setting : settings.all("env"))
            if (setting.origin == origin)
                MBX_CHECK(add_variable(environment, variables, setting, caller_variable));
    }
    for (const auto& [name, value] : variables) {
        std::string entry = name;
        entry += '=';
        entry += value;
        environment.entries.push_back(std::move(entry));
    }
    environment.search_path = variables["PATH"];
    return environment;
}

} // namespace microbox::core
