// SPDX-License-Identifier: MIT
#include "cli/verify_print.hpp"

#include "cli/output.hpp"
#include "core/log/json.hpp"
#include "core/log/quote.hpp"

#include <algorithm>

namespace microbox::cli {

namespace {

using core::Finding;
using core::Findings;
using State = Finding::State;

long count(const Findings& findings, State state) {
    return std::count_if(findings.begin(), findings.end(), [&](const Finding& finding) {
        return finding.state == state;
    });
}

std::string line(const Finding& finding) {
    std::string text = padded(core::to_word(finding.state), 18) + padded(finding.plugin, 18) +
                       core::quote_controls(finding.promise);
    if (!finding.seen.empty())
        text += ": " + core::quote_controls(finding.seen);
    return text + "\n";
}

std::string escaped(const std::string& text) {
    std::string xml;
    for (const char c : core::quote_controls(text)) {
        switch (c) {
        case '&':
            xml += "&amp;";
            break;
        case '<':
            xml += "&lt;";
            break;
        case '>':
            xml += "&gt;";
            break;
        case '"':
            xml += "&quot;";
            break;
        default:
            xml += c;
        }
    }
    return xml;
}

} // namespace

std::string findings_as_text(const Findings& findings) {
    std::string text;
    for (const Finding& finding : findings)
        text += line(finding);
    const long broken = count(findings, State::broken);
    if (broken != 0)
        text += "\n";
    for (const Finding& finding : findings)
        if (finding.state == State::broken)
            text += line(finding);
    return text + "\n" + std::to_string(count(findings, State::held)) + " held, " +
           std::to_string(broken) + " broken, " +
           std::to_string(count(findings, State::untestable)) + " not testable here\n";
}

std::string findings_as_json(const Findings& findings) {
    core::JsonWriter json;
    json.begin_object();
    json.key("schema_version").integer(1);
    json.key("held").integer(count(findings, State::held));
    json.key("broken").integer(count(findings, State::broken));
    json.key("not_testable").integer(count(findings, State::untestable));
    json.key("promises").begin_array();
    for (const Finding& finding : findings) {
        json.begin_object();
        json.key("plugin").string(finding.plugin);
        json.key("promise").string(finding.promise);
        json.key("state").string(finding.state == State::untestable ? "not_testable"
                                                                    : core::to_word(finding.state));
        if (!finding.seen.empty())
            json.key("seen").string(finding.seen);
        json.end_object();
    }
    json.end_array();
    json.end_object();
    return json.text();
}

std::string findings_as_junit(const Findings& findings) {
    const auto attribute = [](const char* name, long value) {
        return std::string(" ") + name + "=\"" + std::to_string(value) + '"';
    };
    std::string xml = R"(<?xml version="1.0" encoding="UTF-8"?>)";
    xml += '\n';
    xml += R"(<testsuite name="microbox verify")";
    xml += attribute("tests", static_cast<long>(findings.size()));
    xml += attribute("failures", count(findings, State::broken));
    xml += attribute("errors", 0);
    xml += attribute("skipped", count(findings, State::untestable)) + ">\n";
    for (const Finding& finding : findings) {
        xml += "  <testcase classname=\"" + escaped(finding.plugin) + "\" name=\"" +
               escaped(finding.promise) + "\"";
        if (finding.state == State::held) {
            xml += "/>\n";
            continue;
        }
        xml += std::string("><") + (finding.state == State::broken ? "failure" : "skipped") +
               " message=\"" + escaped(finding.seen) + "\"/></testcase>\n";
    }
    return xml + "</testsuite>\n";
}

} // namespace microbox::cli
