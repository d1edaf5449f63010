// SPDX-License-Identifier: MIT
#include "core/state/collect.hpp"

#include "core/plugin/catalogue.hpp"
#include "core/state/folder.hpp"
#include "core/state/journal.hpp"
#include "core/state/release.hpp"
#include "core/state/stale.hpp"

#include <cerrno>
#include <map>

#include <dirent.h>
#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

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

std::vector<std::string> names_in(int folder) {
    std::vector<std::string> names;
    const int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* const directory = copy < 0 ? nullptr : ::fdopendir(copy);
    if (directory == nullptr) {
        if (copy >= 0)
            ::close(copy);
        return names;
    }
    while (const dirent* entry = ::readdir(directory))
        if (is_run_id(entry->d_name))
            names.emplace_back(entry->d_name);
    ::closedir(directory);
    return names;
}

} // namespace

sdk::Result<Collected> collect(bool dry_run, bool all) {
    static_cast<void>(all); // nothing is shared by the runs of the plugins that exist so far
    Collected collected;
    MBX_TRY(const StateFolder state, open_state());
    Openers openers;
    for (const std::string& run_id : names_in(state.runs.get())) {
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
    return collected;
}

void collect_one_stale(const StateFolder& state) {
    // One read of the folder, whatever its size, and a lock tried on a few of what it shows.
    constexpr int most_tried = 8;
    const sys::Fd folder(::openat(state.runs.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    DIR* const directory =
        folder ? ::fdopendir(::fcntl(folder.get(), F_DUPFD_CLOEXEC, 3)) : nullptr;
    if (directory == nullptr)
        return;
    int tried = 0;
    while (const dirent* entry = ::readdir(directory)) {
        if (!is_run_id(entry->d_name))
            continue;
        if (++tried > most_tried)
            break;
        auto journal = Journal::adopt(state, entry->d_name);
        if (!journal.ok())
            continue;
        Openers openers;
        Collected collected;
        collect_one(*journal, openers, false, collected);
        break;
    }
    ::closedir(directory);
}

} // namespace microbox::core
