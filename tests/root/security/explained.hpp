// SPDX-License-Identifier: MIT
// Runs with --explain-denials, and what their reports say was denied.
#pragma once

#include "tests/support/sandbox.hpp"

#include <chrono>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace microbox::testing {

using Json = nlohmann::json;
using Words = std::vector<std::string>;

class Explained : public ::testing::Test {
protected:
    /// Runs the probe and explains; `denied` of the report.
    Json explained(Words options, const Words& probe, const Options& how = {}) {
        options.insert(options.end(), {"--explain-denials", "--report", report_file()});
        outcome_ = run_probe(options, probe, how);
        return report();
    }

    [[nodiscard]] Json report() const {
        std::ifstream stream(report_file());
        const Json report = Json::parse(stream, nullptr, false);
        return report.is_object() ? report.at("denied") : Json();
    }

    [[nodiscard]] std::string report_file() const { return folder_.path() + "/report"; }

    [[nodiscard]] static Json find(const Json& denied, const std::string& what) {
        for (const Json& one : denied)
            if (one.at("what") == what)
                return one;
        return {};
    }

    ScratchDirectory folder_;
    Outcome outcome_;
};

inline std::string number_of(long number) {
    return std::to_string(number);
}

[[nodiscard]] inline Options patient(std::chrono::milliseconds time) {
    Options options;
    options.timeout = time;
    return options;
}

} // namespace microbox::testing
