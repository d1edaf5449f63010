// SPDX-License-Identifier: MIT
// A configuration or profile in JSON: of root, or of a plain user who runs microbox as himself; a
// profile may come from a stranger. What is read holds no NUL, each name once, and the same options
// as a command line would have; an error begins with the file's name.
#include "core/config/json_file.hpp"
#include "core/config/request.hpp"
#include "core/config/settings.hpp"
#include "tests/fuzz/target.hpp"

#include <set>

namespace microbox::fuzz {

void one(std::string_view text) {
    static const core::OptionTable table;
    const auto entries = core::parse_json(std::string(text), "/etc/box.json");
    is_told(entries, "/etc/box.json: ");
    if (!entries.ok())
        return;
    std::set<std::string> names;
    for (const core::FileEntry& entry : *entries) {
        HOLDS(names.insert(entry.name).second);
        HOLDS(!says(entry.name, std::string_view("\0", 1)));
        HOLDS((entry.kind == core::FileEntry::Kind::truth) <= entry.values.empty());
        for (const std::string& value : entry.values)
            HOLDS(!says(value, std::string_view("\0", 1)));
    }
    core::Settings settings;
    const auto added = core::add_file(
        settings, {core::Origin::profile, "profile box", std::move(*entries)}, table);
    is_told(added, "profile box: ");
    if (added.ok()) {
        const auto request =
            core::make_request({&settings, &table, {"true"}, {}, "/work", core::no_streams});
        if (!request.ok())
            HOLDS(says(request.error().what, "profile box: "));
        HOLDS(settings.one("config") == nullptr && settings.one("profile") == nullptr);
    }
}

} // namespace microbox::fuzz
