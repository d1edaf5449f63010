// SPDX-License-Identifier: MIT
// One code path for files and command lines: everything becomes (name, value, source).
#include "core/config/settings.hpp"

namespace microbox::core {

namespace {

/// What is wrong with the kind of a value; "" when nothing is.
std::string fault_of_kind(const FileEntry& entry, const KnownOption& known) {
    using Kind = FileEntry::Kind;
    if (known.is_flag())
        return entry.kind == Kind::truth ? "" : "true or false is right";
    if (entry.kind == Kind::truth)
        return "a value is right, not true or false";
    if (entry.kind == Kind::list && known.option->repeatable == 0)
        return "one value is right, not a list";
    for (const std::string& value : entry.values)
        if (value.empty())
            return "the value is empty";
    return {};
}

} // namespace

const Setting* Settings::one(std::string_view name) const {
    const Setting* last = nullptr;
    for (const Setting& setting : settings_)
        if (setting.name == name)
            last = &setting;
    return last;
}

bool Settings::flag(std::string_view name) const {
    const Setting* last = one(name);
    return last != nullptr && !last->off;
}

std::vector<Setting> Settings::all(std::string_view name) const {
    std::vector<Setting> found;
    for (const Setting& setting : settings_)
        if (setting.name == name && !setting.off)
            found.push_back(setting);
    return found;
}

sdk::Result<void> add_file(Settings& settings, const SettingsFile& file, const OptionTable& table) {
    for (const FileEntry& entry : file.entries) {
        const KnownOption* known = table.find(entry.name);
        if (known == nullptr)
            continue;
        const std::string source = file.title + ": " + entry.name;
        if (is_for_command_line_only(known->option->name))
            return sdk::fail(source + ": is for the command line only");
        if (const std::string fault = fault_of_kind(entry, *known); !fault.empty())
            return sdk::fail(source + ": " + fault);
        if (known->is_flag())
            settings.add({known->option->name, {}, source, file.origin, !entry.truth});
        for (const std::string& value : entry.values)
            settings.add({known->option->name, value, source, file.origin, false});
    }
    return {};
}

void add_line(Settings& settings, const Line& line) {
    for (const Word& word : line.options)
        if (word.known)
            settings.add({word.name, word.value, word.written, Origin::command_line, false});
}

} // namespace microbox::core
