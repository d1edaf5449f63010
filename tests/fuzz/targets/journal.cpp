// SPDX-License-Identifier: MIT
// The journal of a run and that of what is shared, which root wrote, and a crash may have cut
// short; `gc` kills processes and removes links by what it reads there. What was cut is left out,
// and nothing else: a prefix of the text gives a prefix of the entries.
#include "core/state/journal.hpp"

#include "core/state/shared.hpp"
#include "tests/fuzz/target.hpp"

#include <microbox/sys/helper_process.hpp>

namespace microbox::fuzz {

namespace {

bool same(const core::JournalEntry& a, const core::JournalEntry& b) {
    return a.plugin == b.plugin && a.text == b.text;
}

void processes(const std::string& entry) {
    for (const char* word : {"server", "pasta"})
        if (const auto helper = sys::read_helper_entry(word, entry)) {
            HOLDS(helper->pid > 1);
            const auto again =
                sys::read_helper_entry(word,
                                       std::string(word) + " " + std::to_string(helper->pid) + " " +
                                           std::to_string(helper->start));
            HOLDS(again && again->pid == helper->pid && again->start == helper->start);
        }
}

} // namespace

void one(std::string_view text) {
    const auto entries = core::parse_journal(text);
    std::string written;
    for (const core::JournalEntry& entry : entries) {
        HOLDS(!entry.plugin.empty() && !says(entry.plugin, "\t") && !says(entry.plugin, "\n"));
        HOLDS(!says(entry.text, "\n"));
        written += entry.plugin + "\t" + entry.text + "\n";
        processes(entry.text);
    }
    const auto again = core::parse_journal(written);
    HOLDS(again.size() == entries.size());
    const auto cut = core::parse_journal(text.substr(0, text.size() / 2));
    HOLDS(cut.size() <= entries.size());
    for (std::size_t i = 0; i < cut.size(); ++i)
        HOLDS(same(cut[i], entries[i]));

    const core::WholeLines lines = core::whole_lines(text);
    HOLDS(lines.bytes <= text.size() && (lines.bytes == 0 || text[lines.bytes - 1] == '\n'));
    HOLDS(!says(text.substr(lines.bytes), "\n"));
    std::size_t bytes = 0;
    for (const std::string& line : lines.lines)
        bytes += line.size() + 1;
    HOLDS(bytes == lines.bytes);
}

} // namespace microbox::fuzz
