// SPDX-License-Identifier: MIT
#include "core/state/release.hpp"

#include "core/log/log.hpp"
#include "core/plugin/fence.hpp"

#include <algorithm>

namespace microbox::core {

std::vector<std::string> release(const std::string& run_id,
                                 const std::vector<JournalEntry>& entries,
                                 const FindPlugin& find) {
    const std::vector<JournalEntry> newest_first(entries.rbegin(), entries.rend());
    std::vector<std::string> failures;
    std::vector<std::string> order; // plugins by their newest entry, newest first
    for (const JournalEntry& entry : newest_first)
        if (std::find(order.begin(), order.end(), entry.plugin) == order.end())
            order.push_back(entry.plugin);
    for (const std::string& name : order) {
        sdk::Leftovers leftovers{run_id, {}};
        for (const JournalEntry& entry : newest_first)
            if (entry.plugin == name)
                leftovers.entries.push_back(entry.text);
        PluginLog log(name);
        const auto found = find(name);
        const auto done =
            found.ok()
                ? fence(name,
                        "cleanup",
                        [&, plugin = found.value()] { return plugin->cleanup(leftovers, log); })
                : sdk::Result<void>(found.error());
        if (!done.ok()) {
            failures.push_back(name + ": " + done.error().what);
            log_line(
                sdk::Level::error, name, "clean-up of run " + run_id + ": " + done.error().what);
        }
    }
    return failures;
}

} // namespace microbox::core
