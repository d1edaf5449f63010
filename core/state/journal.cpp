// SPDX-License-Identifier: MIT
// Lines "plugin TAB text"; appended by one write each, so that a crash cuts at most the last one.
#include "core/state/journal.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>
#include <cerrno>

#include <sys/file.h>

namespace microbox::core {

bool is_run_id(std::string_view name) {
    constexpr std::size_t length = 12;
    return name.size() == length && std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
           });
}

sdk::Result<Journal> Journal::create(const StateFolder& state, std::string run_id) {
    MBX_TRY(sys::Fd file,
            sys::open_at(
                state.runs.get(), run_id, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW, 0600));
    // A collector may look at the file between its birth and this lock: it is empty then, the
    // collector removes it, and the second look below finds it gone.
    if (::flock(file.get(), LOCK_EX) < 0)
        return sdk::fail_errno("lock the journal " + run_id, errno);

    struct stat status {};

    if (::fstat(file.get(), &status) < 0 || status.st_nlink == 0)
        return sdk::fail_errno("journal " + run_id + " was collected while it was made", EEXIST);
    return Journal(state.runs.get(), std::move(run_id), std::move(file));
}

sdk::Result<Journal> Journal::adopt(const StateFolder& state, std::string run_id) {
    MBX_TRY(sys::Fd file, sys::open_at(state.runs.get(), run_id, O_RDWR | O_APPEND | O_NOFOLLOW));
    if (::flock(file.get(), LOCK_EX | LOCK_NB) < 0)
        return sdk::fail_errno("lock the journal " + run_id, errno);

    struct stat status {};

    if (::fstat(file.get(), &status) < 0 || status.st_nlink == 0)
        return sdk::fail_errno("journal " + run_id, ENOENT);
    return Journal(state.runs.get(), std::move(run_id), std::move(file));
}

sdk::Result<void> Journal::write(std::string_view plugin, std::string_view text) {
    if (text.find('\n') != std::string_view::npos || text.find('\0') != std::string_view::npos)
        return sdk::fail(std::string(plugin) + ": a journal entry is one line");
    std::string line;
    line.append(plugin).append("\t").append(text).append("\n");
    return sys::write_all(file_.get(), line, "the journal of run " + run_id_);
}

sdk::Result<std::vector<JournalEntry>> Journal::read() const {
    if (::lseek(file_.get(), 0, SEEK_SET) < 0)
        return sdk::fail_errno("read the journal of run " + run_id_, errno);
    MBX_TRY(const std::string text, sys::read_all(file_.get(), "the journal of run " + run_id_));
    return parse_journal(text);
}

std::vector<JournalEntry> parse_journal(std::string_view text) {
    std::vector<JournalEntry> entries;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        if (end == std::string_view::npos)
            break;
        const std::string_view line = text.substr(at, end - at);
        if (const std::size_t tab = line.find('\t'); tab != std::string_view::npos && tab > 0)
            entries.push_back(
                {std::string(line.substr(0, tab)), std::string(line.substr(tab + 1))});
        at = end + 1;
    }
    return entries;
}

void Journal::remove() {
    ::unlinkat(runs_, run_id_.c_str(), 0);
}

} // namespace microbox::core
