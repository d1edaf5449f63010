// SPDX-License-Identifier: MIT
// The only file that includes nlohmann_json.
#include "core/config/json_file.hpp"

#include <set>

#include <nlohmann/json.hpp>

namespace microbox::core {

namespace {

using Json = nlohmann::ordered_json;

bool has_nul(const std::string& text) {
    return text.find('\0') != std::string::npos;
}

sdk::Result<FileEntry>
to_entry(const std::string& name, const Json& value, const std::string& file) {
    const std::string where = file + ": '" + name + "'";
    if (has_nul(name))
        return sdk::fail(where + ": a NUL character is in the name");
    FileEntry entry;
    entry.name = name;
    if (value.is_string()) {
        entry.values.push_back(value.get<std::string>());
    } else if (value.is_number()) {
        entry.kind = FileEntry::Kind::number;
        entry.values.push_back(value.dump());
    } else if (value.is_boolean()) {
        entry.kind = FileEntry::Kind::truth;
        entry.truth = value.get<bool>();
    } else if (value.is_array()) {
        entry.kind = FileEntry::Kind::list;
        for (const Json& element : value) {
            if (!element.is_string())
                return sdk::fail(where + ": a list holds strings only");
            entry.values.push_back(element.get<std::string>());
        }
    } else {
        return sdk::fail(where + ": a string, a number, true, false or a list of strings is right");
    }
    for (const std::string& text : entry.values)
        if (has_nul(text))
            return sdk::fail(where + ": a NUL character is in the value");
    return entry;
}

/// "[json.exception.parse_error.101] parse error at line 3, column 5: ..." without the bracket.
std::string words_of(const Json::exception& wrong) {
    const std::string what = wrong.what();
    const auto bracket = what.find("] ");
    return bracket == std::string::npos ? what : what.substr(bracket + 2);
}

} // namespace

sdk::Result<std::vector<FileEntry>> parse_json(const std::string& text, const std::string& file) {
    try {
        std::set<std::string> names;
        std::string twice;
        const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
            if (event == Json::parse_event_t::key && depth == 1 &&
                !names.insert(parsed.get<std::string>()).second)
                twice = parsed.get<std::string>();
            return true;
        };
        const Json whole = Json::parse(text, watch, true, true);
        if (!whole.is_object())
            return sdk::fail(file + ": an object of options is right: {\"NAME\": VALUE}");
        if (!twice.empty())
            return sdk::fail(file + ": '" + twice + "' is there twice");
        std::vector<FileEntry> entries;
        for (const auto& member : whole.items()) {
            MBX_TRY(FileEntry entry, to_entry(member.key(), member.value(), file));
            entries.push_back(std::move(entry));
        }
        return entries;
    } catch (const Json::exception& wrong) {
        return sdk::fail(file + ": " + words_of(wrong));
    }
}

} // namespace microbox::core
