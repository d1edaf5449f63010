// SPDX-License-Identifier: MIT
// microbox plugins [--json]: what is installed, and what is refused and why.
#include "cli/output.hpp"
#include "cli/verbs.hpp"
#include "core/log/json.hpp"
#include "core/plugin/catalogue.hpp"

namespace microbox::cli {

namespace {

using core::Inspected;

std::string as_text(const std::vector<Inspected>& all, const std::vector<std::string>& folders) {
    std::string text;
    for (const Inspected& one : all) {
        const std::string role = core::role_of_name(one.name)->word;
        if (one.descriptor == nullptr) {
            text +=
                padded(role, 12) + padded(one.name, 18) + core::quote_controls(one.refused) + "\n";
            continue;
        }
        text += padded(role, 12) + padded(one.name, 18) + padded(one.descriptor->version, 9) +
                core::quote_controls(one.descriptor->summary) + "\n";
        for (std::size_t i = 0; i < one.descriptor->option_count; ++i) {
            const MbxOption& option = one.descriptor->options[i];
            const std::string argument = option.argument == nullptr ? "" : option.argument;
            text += std::string(30, ' ') + "--" + option.name + (argument.empty() ? "" : " ") +
                    core::quote_controls(argument) + "\n";
        }
    }
    if (all.empty())
        text += "none is installed\n";
    return text + "looked in: " + listed(folders) + "\n";
}

void write_options(core::JsonWriter& json, const MbxDescriptor& descriptor) {
    json.key("options").begin_array();
    for (std::size_t i = 0; i < descriptor.option_count; ++i) {
        const MbxOption& option = descriptor.options[i];
        json.begin_object().key("name").string(option.name);
        if (option.short_name != 0)
            json.key("short_name").string(std::string(1, option.short_name));
        if (option.argument != nullptr)
            json.key("argument").string(option.argument);
        if (option.default_value != nullptr)
            json.key("default").string(option.default_value);
        json.key("repeatable").boolean(option.repeatable != 0).key("help").string(option.help);
        json.end_object();
    }
    json.end_array();
}

std::string as_json(const std::vector<Inspected>& all, const std::vector<std::string>& folders) {
    core::JsonWriter json;
    json.begin_object().key("schema").integer(1).key("folders").begin_array();
    for (const std::string& folder : folders)
        json.string(folder);
    json.end_array().key("plugins").begin_array();
    for (const Inspected& one : all) {
        json.begin_object().key("name").string(one.name).key("path").string(one.path);
        json.key("role").string(core::role_of_name(one.name)->word);
        if (one.descriptor == nullptr) {
            json.key("refused").string(one.refused);
        } else {
            json.key("version").string(one.descriptor->version);
            json.key("summary").string(one.descriptor->summary);
            write_options(json, *one.descriptor);
        }
        json.end_object();
    }
    return json.end_array().end_object().text();
}

} // namespace

int plugins(const Words& words) {
    const auto flags = only_flags(words, {"--json"});
    if (!flags.ok())
        return failed(flags.error());
    if (has(words, "--help") || has(words, "-h"))
        return help();
    const core::Catalogue& catalogue = core::Catalogue::installed();
    const std::vector<Inspected> all = catalogue.inspect_all();
    return print(has(words, "--json") ? as_json(all, catalogue.folders())
                                      : as_text(all, catalogue.folders()));
}

} // namespace microbox::cli
