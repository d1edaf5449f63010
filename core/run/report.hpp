// SPDX-License-Identifier: MIT
// Report: the result of a run as JSON (docs/reference/report.md).
#pragma once

#include "core/plan/plan.hpp"
#include "core/run/denials.hpp"

#include <microbox/sdk/result.hpp>
#include <microbox/sdk/session.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace microbox::core {

struct ReportData {
    using Value = std::variant<std::int64_t, double, std::string>;

    std::string id;
    int exit_code = 0;
    int signal = 0;     ///< that ended the command, 0: none
    std::string reason; ///< "exited", "signal", "timeout", "oom", "failed"
    double wall_seconds = 0;
    double user_seconds = 0;
    double system_seconds = 0;
    std::int64_t max_rss_kib = 0;
    std::optional<std::int64_t> bytes_read = 0; ///< none: the kernel does not tell
    std::optional<std::int64_t> bytes_written = 0;
    std::string error;                    ///< of microbox, when the run failed
    std::map<std::string, Value> figures; ///< the plugins'
    std::map<std::string, std::string> limits;
    std::optional<std::vector<Denied>> denied; ///< none: not known
};

/// One plugin's view.
class PluginReport : public sdk::Report {
public:
    PluginReport(ReportData& data, std::string plugin) : data_(data), plugin_(std::move(plugin)) {}

    void number(std::string_view key, double value) override { put(key, value); }

    void integer(std::string_view key, std::int64_t value) override { put(key, value); }

    void text(std::string_view key, std::string_view value) override {
        put(key, std::string(value));
    }

    void limit(std::string_view key, std::string_view value) override {
        data_.limits[std::string(key)] = value;
    }

    void reason(std::string_view why) override { data_.reason = why; }

    void denied(const sdk::Denial& denial) override {
        if (data_.denied)
            data_.denied->push_back({plugin_, denial});
    }

private:
    void put(std::string_view key, ReportData::Value value) {
        data_.figures[std::string(key)] = std::move(value);
    }

    ReportData& data_;
    std::string plugin_;
};

/// `plan` may be missing when there was none.
[[nodiscard]] std::string report_json(const ReportData& data, const Plan* plan);

} // namespace microbox::core
