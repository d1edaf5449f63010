// SPDX-License-Identifier: MIT
#include "core/state/collect.hpp"

#include "core/log/log.hpp"
#include "core/plugin/catalogue.hpp"
#include "core/plugin/fence.hpp"
#include "core/state/folder.hpp"
#include "core/state/journal.hpp"
#include "core/state/names.hpp"
#include "core/state/release.hpp"
#include "core/state/shared.hpp"
#include "core/state/stale.hpp"

#include <cerrno>
#include <map>

namespace microbox::core {

namespace {

/// Opens plugins as their entries come up, each once.
class Openers {
public:
    sdk::Result<sdk::Plugin*> operator()(const std::string& name) {
        auto held = plugins_.find(name);
        if (held == plugins_.end()) {
            MBX_TRY(LoadedPlugin plugin, open_plugin(name));
            held = plugins_.emplace(name, std::move(plugin)).first;
        }
        return held->second.instance.get();
    }

private:
    std::map<std::string, LoadedPlugin> plugins_;
};

/// Releases one adopted run and removes its journal when nothing is left of it.
bool collect_one(Journal& journal, Openers& openers, bool dry_run, Collected& collected) {
    const auto entries = journal.read();
    if (!entries.ok()) {
        collected.lines.push_back("run " + journal.run_id() + ": " + entries.error().what);
        return false;
    }
    // NOLINTNEXTLINE(modernize-loop-convert): std::views::reverse is more than clang 14 can parse
    for (auto entry = entries->rbegin(); entry != entries->rend(); ++entry)
        collected.lines.push_back("run " + journal.run_id() + ": " + entry->plugin + ": " +
                                  entry->text);
    if (dry_run) {
        collected.lines.push_back("run " + journal.run_id() + ": journal");
        return true;
    }
    const auto failures =
        release(journal.run_id(), *entries, [&](const std::string& name) { return openers(name); });
    for (const std::string& failure : failures)
        collected.lines.push_back("run " + journal.run_id() + ": not released: " + failure);
    if (!failures.empty())
        return false;
    journal.remove();
    collected.lines.push_back("run " + journal.run_id() + ": released");
    return true;
}

/// What the runs of one plugin share: listed, and with `all` released when no run uses it.
void collect_shared(const StateFolder& state,
                    const std::string& plugin,
                    Openers& openers,
                    bool dry_run,
                    bool all,
                    Collected& collected) {
    const std::string who = "shared: " + plugin + ": ";
    auto file = SharedFile::adopt(state, plugin);
    if (!file.ok()) {
        const int error = file.error().error_number;
        if (error == EAGAIN && (all || dry_run))
            collected.lines.push_back(who + "kept, a running sandbox uses it");
        else if (error != EAGAIN && error != ENOENT) {
            collected.lines.push_back(who + file.error().what);
            collected.complete = false;
        }
        return;
    }
    const auto entries = file->read();
    if (!entries.ok()) {
        collected.lines.push_back(who + entries.error().what);
        collected.complete = false;
        return;
    }
    const std::vector<std::string> newest_first(entries->rbegin(), entries->rend());
    if (all || dry_run)
        for (const std::string& entry : newest_first)
            collected.lines.push_back(who + entry + (all ? "" : " (gc --all removes it)"));
    if (dry_run || !all)
        return;
    PluginLog log(plugin);
    const auto found = openers(plugin);
    const auto done = found.ok() ? fence(plugin,
                                         "release_shared",
                                         [&, opened = found.value()] {
                                             return opened->release_shared(newest_first, log);
                                         })
                                 : sdk::Result<void>(found.error());
    if (!done.ok()) {
        collected.lines.push_back(who + "not released: " + done.error().what);
        collected.complete = false;
        return;
    }
    file->remove();
    collected.lines.push_back(who + "released");
}

} // namespace

sdk::Result<Collected> collect(bool dry_run, bool all) {
    Collected collected;
    MBX_TRY(const StateFolder state, open_state());
    Openers openers;
    for (const std::string& run_id : names_in(state.runs.get())) {
        if (!is_run_id(run_id))
            continue;
        auto journal = Journal::adopt(state, run_id);
        if (!journal.ok()) {
            const int error = journal.error().error_number;
            if (error != EAGAIN && error != ENOENT) {
                collected.lines.push_back("run " + run_id + ": " + journal.error().what);
                collected.complete = false;
            }
            continue;
        }
        if (!collect_one(*journal, openers, dry_run, collected))
            collected.complete = false;
    }
    for (const std::string& plugin : sharing_plugins(state))
        collect_shared(state, plugin, openers, dry_run, all, collected);
    return collected;
}

void collect_one_stale(const StateFolder& state) {
    // One read of the folder, whatever its size, and a lock tried on a few of what it shows.
    constexpr int most_tried = 8;
    for (const std::string& run_id : names_in(state.runs.get(), most_tried)) {
        if (!is_run_id(run_id))
            continue;
        auto journal = Journal::adopt(state, run_id);
        if (!journal.ok())
            continue;
        Openers openers;
        Collected collected;
        collect_one(*journal, openers, false, collected);
        break;
    }
}

} // namespace microbox::core
