// SPDX-License-Identifier: MIT
#include "core/run/report.hpp"

#include <microbox/sys/file.hpp>

#include <nlohmann/json.hpp>

namespace microbox::core {

namespace {

using Json = nlohmann::ordered_json;

constexpr int schema_version = 1;

Json plugins_of(const Plan& plan) {
    Json list = Json::array();
    for (const PlanPlugin& plugin : plan.plugins)
        list.push_back({{"name", plugin.name}, {"version", plugin.version}, {"role", plugin.role}});
    return list;
}

Json denied_of(const std::vector<Denied>& all) {
    Json list = Json::array();
    for (const auto& [plugin, denial] : all)
        list.push_back({{"plugin", plugin},
                        {"what", denial.what},
                        {"rule", denial.rule},
                        {"pid", denial.pid == 0 ? Json(nullptr) : Json(denial.pid)},
                        {"program", denial.program.empty() ? Json(nullptr) : Json(denial.program)},
                        {"count", denial.count},
                        {"remedy", denial.remedy}});
    return list;
}

} // namespace

sdk::Result<sys::Fd> open_output(const std::string& path, const char* option) {
    auto file = sys::open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (!file)
        return std::move(file.error()).within(option);
    return file;
}

std::string report_json(const ReportData& data, const Plan* plan) {
    Json json;
    json["schema_version"] = schema_version;
    json["id"] = data.id;
    json["exit_code"] = data.exit_code;
    json["signal"] = data.signal == 0 ? Json(nullptr) : Json(data.signal);
    json["reason"] = data.reason;
    if (!data.error.empty())
        json["error"] = data.error;
    json["wall_seconds"] = data.wall_seconds;
    json["user_seconds"] = data.user_seconds;
    json["system_seconds"] = data.system_seconds;
    json["max_rss_kib"] = data.max_rss_kib;
    json["bytes_read"] = data.bytes_read ? Json(*data.bytes_read) : Json(nullptr);
    json["bytes_written"] = data.bytes_written ? Json(*data.bytes_written) : Json(nullptr);
    for (const auto& [key, value] : data.figures)
        std::visit([&json, &name = key](const auto& v) { json[name] = v; }, value);
    json["limits"] = Json::object();
    for (const auto& [key, value] : data.limits)
        json["limits"][key] = value;
    if (plan != nullptr) {
        json["hostname"] = plan->hostname;
        json["command"] = plan->command.arguments;
        json["terminal"] = stream_words(plan->terminal);
        json["plugins"] = plugins_of(*plan);
    }
    // null says "not known", not "nothing".
    json["denied"] = data.denied ? denied_of(*data.denied) : Json(nullptr);
    // Arguments may be any bytes: what is not UTF-8 is replaced, never an exception.
    constexpr int indent = 2;
    return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace microbox::core
