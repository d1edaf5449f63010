// SPDX-License-Identifier: MIT
#include "core/run/report.hpp"

#include "core/log/json.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace microbox::core {

namespace {

constexpr int schema_version = 1;

/// A figure of a plugin's does not take their place.
constexpr std::array<std::string_view, 18> own_members = {"schema_version",
                                                          "id",
                                                          "exit_code",
                                                          "signal",
                                                          "reason",
                                                          "error",
                                                          "wall_seconds",
                                                          "user_seconds",
                                                          "system_seconds",
                                                          "max_rss_kib",
                                                          "bytes_read",
                                                          "bytes_written",
                                                          "limits",
                                                          "hostname",
                                                          "command",
                                                          "plugins",
                                                          "denied"};

void put(JsonWriter& json, const ReportData::Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        json.integer(*integer);
    else if (const auto* real = std::get_if<double>(&value))
        json.real(*real);
    else
        json.string(std::get<std::string>(value));
}

void list(JsonWriter& json, const char* name, const std::vector<std::string>& words) {
    json.key(name).begin_array();
    for (const std::string& word : words)
        json.string(word);
    json.end_array();
}

/// Of what the kernel does not always tell.
void known(JsonWriter& json, const char* name, std::optional<std::int64_t> number) {
    json.key(name);
    if (number)
        json.integer(*number);
    else
        json.null();
}

void text_or_null(JsonWriter& json, const char* name, const std::string& text) {
    json.key(name);
    if (text.empty())
        json.null();
    else
        json.string(text);
}

void put_plan(JsonWriter& json, const Plan& plan) {
    json.key("hostname").string(plan.hostname);
    list(json, "command", plan.command.arguments);
    list(json, "terminal", stream_words(plan.terminal));
    json.key("plugins").begin_array();
    for (const PlanPlugin& plugin : plan.plugins) {
        json.begin_object();
        json.key("name").string(plugin.name);
        json.key("version").string(plugin.version);
        json.key("role").string(plugin.role);
        json.end_object();
    }
    json.end_array();
}

void put_denied(JsonWriter& json, const std::vector<Denied>& all) {
    json.begin_array();
    for (const auto& [plugin, denial] : all) {
        json.begin_object();
        json.key("plugin").string(plugin);
        json.key("what").string(denial.what);
        json.key("rule").string(denial.rule);
        known(
            json, "pid", denial.pid == 0 ? std::nullopt : std::optional<std::int64_t>(denial.pid));
        text_or_null(json, "program", denial.program);
        json.key("count").integer(denial.count);
        json.key("remedy").string(denial.remedy);
        json.end_object();
    }
    json.end_array();
}

} // namespace

std::string report_json(const ReportData& data, const Plan* plan) {
    JsonWriter json;
    json.begin_object();
    json.key("schema_version").integer(schema_version);
    json.key("id").string(data.id);
    json.key("exit_code").integer(data.exit_code);
    known(
        json, "signal", data.signal == 0 ? std::nullopt : std::optional<std::int64_t>(data.signal));
    json.key("reason").string(data.reason);
    if (!data.error.empty())
        json.key("error").string(data.error);
    json.key("wall_seconds").real(data.wall_seconds);
    json.key("user_seconds").real(data.user_seconds);
    json.key("system_seconds").real(data.system_seconds);
    json.key("max_rss_kib").integer(data.max_rss_kib);
    known(json, "bytes_read", data.bytes_read);
    known(json, "bytes_written", data.bytes_written);
    for (const auto& [name, value] : data.figures)
        if (std::find(own_members.begin(), own_members.end(), name) == own_members.end()) {
            json.key(name);
            put(json, value);
        }
    json.key("limits").begin_object();
    for (const auto& [name, value] : data.limits)
        json.key(name).string(value);
    json.end_object();
    if (plan != nullptr)
        put_plan(json, *plan);
    // null says "not known", not "nothing".
    json.key("denied");
    if (data.denied)
        put_denied(json, *data.denied);
    else
        json.null();
    json.end_object();
    return json.text();
}

} // namespace microbox::core
