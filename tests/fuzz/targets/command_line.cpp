// SPDX-License-Identifier: MIT
// A whole command line of microbox's own options, which the caller writes: one word a line. It is
// never a command that is not behind the first "--", nor an id, name or path out of its range.
#include "core/config/line.hpp"
#include "core/config/request.hpp"
#include "tests/fuzz/target.hpp"

#include <algorithm>

namespace microbox::fuzz {

namespace {

void looked_at(const core::RunRequest& request) {
    HOLDS(request.directory.starts_with('/'));
    HOLDS(request.hostname.size() <= 64 && !says(request.hostname, ".."));
    HOLDS(!request.isolated_ids || (request.user <= 65535 && request.group <= 65535));
    HOLDS(request.user != UINT32_MAX && request.group != UINT32_MAX);
    HOLDS(request.report_file.empty() || request.report_file.starts_with('/'));
}

} // namespace

void one(std::string_view text) {
    static const core::OptionTable table;
    const std::vector<std::string> words = lines_of(text);
    const auto line = core::parse_line(words, table);
    if (!line.ok()) {
        HOLDS(!line.error().what.empty());
        return;
    }
    const auto end = std::find(words.begin(), words.end(), "--");
    HOLDS(line->has_command == (end != words.end()));
    HOLDS(line->command.size() ==
          static_cast<std::size_t>(std::max<std::ptrdiff_t>(words.end() - end - 1, 0)));
    for (const core::Word& word : line->options) {
        HOLDS(word.known == (table.find(word.name) != nullptr) || !word.known);
        if (word.known && !table.find(word.name)->is_flag())
            HOLDS(!word.value.empty());
    }
    core::Settings settings;
    core::add_line(settings, *line);
    const auto request =
        core::make_request({&settings, &table, line->command, {}, "/work", core::no_streams});
    if (request.ok())
        looked_at(*request);
    else
        HOLDS(says(request.error().what, "-"));
}

} // namespace microbox::fuzz
