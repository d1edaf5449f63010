// SPDX-License-Identifier: MIT
// microbox doctor [--json]: what this host lacks, for microbox itself and for each plugin, and how
// to get it. Exit code 0 when everything that is required is there, else 1.
#include "cli/output.hpp"
#include "cli/verbs.hpp"
#include "core/host/facts.hpp"
#include "core/host/requirements.hpp"
#include "core/log/json.hpp"
#include "core/plugin/catalogue.hpp"
#include "core/plugin/fence.hpp"
#include "core/run/examine.hpp"

namespace microbox::cli {

namespace {

struct Finding {
    std::string of; ///< "microbox" or a plugin
    std::string need;
    std::string remedy;
    bool met = false;
    bool required = true;
};

Finding examine(const std::string& of, const sdk::Requirement& requirement, sdk::Facts& facts) {
    core::look_up({requirement.fact}, facts);
    const auto met = core::fence(of, "requirements", [&] {
        return requirement.met ? requirement.met(facts)
                               : facts.get(requirement.fact.kind, requirement.fact.subject).exists;
    });
    return {of,
            met.ok() ? requirement.need : met.error().what,
            requirement.remedy,
            met.ok() && *met,
            requirement.required};
}

/// What a plugin needs; that it cannot be opened is a finding too.
void examine_plugin(const std::string& name, sdk::Facts& facts, std::vector<Finding>& findings) {
    auto loaded = core::Catalogue::installed().open(name);
    if (!loaded.ok()) {
        findings.push_back({name, loaded.error().what, loaded.error().hint, false, true});
        return;
    }
    const auto needs =
        core::fence(name, "requirements", [&] { return loaded->instance->requirements(); });
    if (!needs.ok()) {
        findings.push_back({name, needs.error().what, needs.error().hint, false, true});
        return;
    }
    for (const sdk::Requirement& requirement : *needs)
        findings.push_back(examine(name, requirement, facts));
    const auto seen = core::fence(name, "examine", [&] { return loaded->instance->examine(); });
    if (!seen.ok())
        findings.push_back({name, seen.error().what, seen.error().hint, false, true});
    else
        for (const sdk::Finding& one : *seen)
            findings.push_back({name, one.need, one.remedy, one.met, one.required});
}

const char* to_word(const Finding& finding) {
    return finding.met ? "ok" : finding.required ? "missing" : "less";
}

std::string as_text(const std::vector<Finding>& findings) {
    std::string text;
    for (const Finding& finding : findings) {
        text += padded(to_word(finding), 9) + padded(finding.of, 18) +
                core::quote_controls(finding.need) + "\n";
        if (!finding.met && !finding.remedy.empty())
            text += std::string(27, ' ') + core::quote_controls(finding.remedy) + "\n";
    }
    return text;
}

std::string as_json(const std::vector<Finding>& findings, bool healthy) {
    core::JsonWriter json;
    json.begin_object().key("schema").integer(1).key("ok").boolean(healthy);
    json.key("findings").begin_array();
    for (const Finding& finding : findings) {
        json.begin_object().key("of").string(finding.of).key("need").string(finding.need);
        json.key("met").boolean(finding.met).key("required").boolean(finding.required);
        json.key("remedy").string(finding.remedy).end_object();
    }
    return json.end_array().end_object().text();
}

} // namespace

int doctor(const Words& words) {
    const auto flags = only_flags(words, {"--json"});
    if (!flags.ok())
        return failed(flags.error());
    if (has(words, "--help") || has(words, "-h"))
        return help();
    sdk::Facts facts;
    std::vector<Finding> findings;
    for (const sdk::Requirement& requirement : core::core_requirements())
        findings.push_back(examine("microbox", requirement, facts));
    if (const auto caller = core::look_at_caller(); !caller.ok())
        findings.push_back({"microbox", caller.error().what, caller.error().hint, false, true});
    else
        for (const sdk::Finding& one : core::examine_caller(*caller))
            findings.push_back({"microbox", one.need, one.remedy, one.met, one.required});
    for (const std::string& name : core::list_plugins())
        examine_plugin(name, facts, findings);
    bool healthy = true;
    for (const Finding& finding : findings)
        healthy = healthy && (finding.met || !finding.required);
    const int printed =
        print(has(words, "--json") ? as_json(findings, healthy) : as_text(findings));
    return printed != 0 ? printed : healthy ? 0 : 1;
}

} // namespace microbox::cli
