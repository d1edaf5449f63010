// SPDX-License-Identifier: MIT
// --hostname, --user, --workdir, --userns and their like.
#include "core/config/request.hpp"

#include "core/config/mounts.hpp"

#include <microbox/sdk/units.hpp>

#include <algorithm>
#include <string_view>

namespace microbox::core {

namespace {

constexpr std::uint64_t last_isolated_id = 65535;        // a range has 65,536 ids
constexpr std::uint64_t last_host_id = 0xFFFFFFFFU - 1U; // (uid_t) -1 is no id: setuid(2)

bool is_label(std::string_view label) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-')
        return false;
    return std::all_of(label.begin(), label.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
    });
}

/// RFC 1123 names; the kernel takes 64 bytes (HOST_NAME_MAX).
sdk::Result<std::string> parse_hostname(const Setting& setting) {
    bool right = setting.value.size() <= 64;
    std::string_view rest = setting.value;
    while (right) {
        const auto dot = rest.find('.');
        right = is_label(rest.substr(0, dot));
        if (dot == std::string_view::npos)
            break;
        rest.remove_prefix(dot + 1);
    }
    if (!right)
        return sdk::fail(
            setting.source + ": '" + setting.value +
            "' is not a host's name: letters, digits and '-' between dots, at most 64");
    return setting.value;
}

sdk::Result<unsigned>
parse_id(std::string_view text, const Setting& setting, std::uint64_t last, const char* word) {
    auto id = sdk::parse_count(text, setting.source, 0, last);
    if (!id.ok())
        return sdk::fail(setting.source + ": '" + std::string(text) + "' is not a " + word +
                             " id: a number from 0 to " + std::to_string(last) + " is right",
                         "names are not looked up: UID[:GID], as inside the sandbox");
    return static_cast<unsigned>(*id);
}

sdk::Result<void> set_ids(RunRequest& request, const Setting& setting) {
    const std::uint64_t last = request.isolated_ids ? last_isolated_id : last_host_id;
    const std::string_view value = setting.value;
    const auto colon = value.find(':');
    MBX_TRY(request.user, parse_id(value.substr(0, colon), setting, last, "user"));
    request.group = request.user;
    if (colon != std::string_view::npos) {
        MBX_TRY(request.group, parse_id(value.substr(colon + 1), setting, last, "group"));
    }
    return {};
}

sdk::Result<void> set_user_namespace(RunRequest& request, const Setting& setting) {
    if (setting.value != "isolated" && setting.value != "host")
        return sdk::fail(setting.source + ": '" + setting.value + "' is neither isolated nor host");
    request.isolated_ids = setting.value == "isolated";
    return {};
}

sdk::Result<void> set_directory(RunRequest& request, const Setting& setting) {
    if (setting.value[0] != '/')
        return sdk::fail(setting.source + ": '" + setting.value +
                         "' is not an absolute path of the sandbox");
    request.directory = normalised(setting.value);
    return {};
}

std::string host_path(const Setting* setting, const std::string& directory) {
    if (setting == nullptr)
        return {};
    return setting->value[0] == '/' ? setting->value : directory + "/" + setting->value;
}

/// What the plugins get: values that were given, else the option's default.
void add_plugin_options(RunRequest& request, const Settings& settings, const OptionTable& table) {
    for (const KnownOption& known : table.all()) {
        if (known.plugin.empty())
            continue;
        const std::string name = known.option->name;
        std::vector<sdk::Given> given;
        if (known.is_flag()) {
            if (settings.flag(name))
                given.push_back({"", settings.one(name)->source, false});
        } else if (known.option->repeatable != 0) {
            for (const Setting& setting : settings.all(name))
                given.push_back({setting.value, setting.source, false});
        } else if (const Setting* setting = settings.one(name); setting != nullptr) {
            given.push_back({setting->value, setting->source, false});
        }
        if (given.empty() && known.option->default_value != nullptr)
            given.push_back({known.option->default_value, "default of --" + name, true});
        if (!given.empty())
            request.options.emplace(name, std::move(given));
    }
}

} // namespace

sdk::Result<RunRequest> make_request(const RequestMaterial& material) {
    const Settings& settings = *material.settings;
    RunRequest request;
    request.command = material.command;
    request.environment = material.environment.entries;
    request.search_path = material.environment.search_path;
    request.read_only_root = settings.flag("readonly");
    request.unmasked = settings.flag("unmask");
    request.verify = settings.flag("verify");
    request.explain_denials = settings.flag("explain-denials");
    request.init = !settings.flag("no-init");
    request.terminal = material.terminal;
    request.report_file = host_path(settings.one("report"), material.directory);
    request.trace_file = host_path(settings.one("trace"), material.directory);
    if (const Setting* setting = settings.one("userns"); setting != nullptr)
        MBX_CHECK(set_user_namespace(request, *setting));
    if (const Setting* setting = settings.one("user"); setting != nullptr)
        MBX_CHECK(set_ids(request, *setting));
    if (const Setting* setting = settings.one("workdir"); setting != nullptr)
        MBX_CHECK(set_directory(request, *setting));
    if (const Setting* setting = settings.one("hostname"); setting != nullptr) {
        MBX_TRY(request.hostname, parse_hostname(*setting));
    }
    MBX_TRY(request.mounts, parse_mounts(settings, material.directory));
    add_plugin_options(request, settings, *material.table);
    return request;
}

} // namespace microbox::core
