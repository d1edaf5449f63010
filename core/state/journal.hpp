// SPDX-License-Identifier: MIT
// Journal: what a run has taken outside of its process, written before it is taken. One file for
// each run, locked as long as the supervisor lives; a file without a lock is a run that was killed.
#pragma once

#include "core/state/folder.hpp"

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace microbox::core {

struct JournalEntry {
    std::string plugin;
    std::string text;
};

class Journal {
public:
    /// Makes the file of a run and locks it. Errors: EEXIST when the id is taken.
    [[nodiscard]] static sdk::Result<Journal> create(const StateFolder& state, std::string run_id);

    /// Opens the file of a run that is no longer alive and locks it. An error with error_number
    /// EAGAIN: its supervisor lives; ENOENT: it is gone already.
    [[nodiscard]] static sdk::Result<Journal> adopt(const StateFolder& state, std::string run_id);

    [[nodiscard]] sdk::Result<void> write(std::string_view plugin, std::string_view text);

    /// All entries, oldest first. A line that was cut short by a crash is left out: what it names
    /// was not taken yet.
    [[nodiscard]] sdk::Result<std::vector<JournalEntry>> read() const;

    /// The run has left nothing behind.
    void remove();

    [[nodiscard]] const std::string& run_id() const { return run_id_; }

private:
    Journal(int runs, std::string run_id, sys::Fd file)
        : runs_(runs), run_id_(std::move(run_id)), file_(std::move(file)) {}

    int runs_; ///< of the StateFolder
    std::string run_id_;
    sys::Fd file_;
};

/// Run ids are 12 lower-case letters and digits.
[[nodiscard]] bool is_run_id(std::string_view name);

/// What a journal's text says. [pure]
[[nodiscard]] std::vector<JournalEntry> parse_journal(std::string_view text);

} // namespace microbox::core
