// SPDX-License-Identifier: MIT
// The journal of a run and that of what is shared, which root wrote, and a crash may have cut
// short; `gc` kills processes and removes links by what it reads there. What was cut is left out,
// and nothing else: a prefix of the text gives a prefix of the entries.
#include "core/state/journal.hpp"

#include "core/state/shared.hpp"
#include "plugins/fs-rootfs/server_end.hpp"
#include "plugins/net-pasta/kept.hpp"
#include "tests/fuzz/target.hpp"

namespace microbox::fuzz {

namespace {

bool same(const core::JournalEntry& a, const core::JournalEntry& b) {
    return a.plugin == b.plugin && a.text == b.text;
}

void processes(const std::string& entry) {
    if (const auto server = fs_rootfs::read_server(entry)) {
        HOLDS(server->process > 1);
        HOLDS(!server->start.empty());
    }
    if (const auto kept = net_pasta::read_entry(entry)) {
        HOLDS(kept->pid > 1);
        const auto again = net_pasta::read_entry(net_pasta::entry_of(kept->pid, kept->start));
        HOLDS(again && again->pid == kept->pid && again->start == kept->start);
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
