// SPDX-License-Identifier: MIT
// What the runs of one plugin share: one file for each plugin, which is the journal of the shared
// things, the lock of their users and makers, and the place of the leases. `gc --all` removes it
// with what it names.
#pragma once

#include "core/state/folder.hpp"

#include <microbox/sdk/result.hpp>
#include <microbox/sdk/session.hpp>
#include <microbox/sys/fd.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace microbox::core {

class SharedFile {
public:
    /// Opens the file of a plugin and makes the opener a user of it, as long as this object or a
    /// copy of its descriptor lives. Waits while it is being removed.
    [[nodiscard]] static sdk::Result<SharedFile> use(const StateFolder& state, std::string plugin);

    /// Opens the file of a plugin for its removal: nobody uses it, and nobody can begin to. An
    /// error with error_number EAGAIN: somebody does; ENOENT: there is none.
    [[nodiscard]] static sdk::Result<SharedFile> adopt(const StateFolder& state,
                                                       std::string plugin);

    /// One maker at a time.
    [[nodiscard]] sdk::Result<void>
    make(const std::function<sdk::Result<void>(sdk::Shared&)>& make);

    /// See sdk::Session::lease.
    [[nodiscard]] sdk::Result<std::uint64_t> lease(
        std::uint64_t first, std::uint64_t count, const std::function<bool(std::uint64_t)>& usable);

    /// Oldest first; a line that a crash has cut is left out.
    [[nodiscard]] sdk::Result<std::vector<std::string>> read() const;

    /// After adopt(): what it names is released.
    void remove();

private:
    SharedFile(sys::Fd folder, std::string plugin, sys::Fd file)
        : folder_(std::move(folder)), plugin_(std::move(plugin)), file_(std::move(file)) {}

    sys::Fd folder_;
    std::string plugin_;
    sys::Fd file_;
};

/// The lines that end with a newline, and the bytes up to there: what follows was cut by a crash.
struct WholeLines {
    std::vector<std::string> lines;
    std::size_t bytes = 0;
};

/// [pure]
[[nodiscard]] WholeLines whole_lines(std::string_view text);

/// The plugins that share something. Reads the folder.
[[nodiscard]] std::vector<std::string> sharing_plugins(const StateFolder& state);

} // namespace microbox::core
