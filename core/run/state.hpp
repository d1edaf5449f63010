// SPDX-License-Identifier: MIT
// RunState: what one run has at hand, and the plugins' view of it.
#pragma once

#include "core/log/log.hpp"
#include "core/plan/plan.hpp"
#include "core/plugin/loaded.hpp"
#include "core/run/events.hpp"
#include "core/run/report.hpp"
#include "core/spawn/launch.hpp"
#include "core/spawn/lower.hpp"
#include "core/state/folder.hpp"
#include "core/state/ids.hpp"
#include "core/state/journal.hpp"
#include "core/state/shared.hpp"
#include "core/terminal/terminal.hpp"

#include <microbox/sdk/session.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace microbox::core {

struct RunState {
    std::string run_id;
    const Plan* plan = nullptr;
    std::optional<StateFolder> folder;
    std::optional<Journal> journal;
    std::map<std::string, std::vector<std::string>> entries; ///< by plugin, oldest first
    std::map<std::string, SharedFile> shared; ///< by plugin: held to the end of the run
    std::optional<IdLease> lease;
    Prepared prepared;
    Sandbox sandbox;
    pid_t command = -1;
    Events events;
    std::optional<Terminal> terminal; ///< behind the events, which it watches
    ReportData report;
    /// Who takes the listener of a plugin's filter.
    std::map<std::string, std::function<sdk::Result<void>(sys::Fd)>> on_listener;
    std::optional<sdk::EndReason> reason; ///< the first one counts
};

/// One plugin's session.
class PluginSession : public sdk::Session {
public:
    PluginSession(RunState& state, std::string plugin)
        : state_(state), plugin_(plugin), log_(std::move(plugin)) {}

    const std::string& run_id() const override { return state_.run_id; }

    sdk::Result<void> journal(std::string_view entry) override;
    sdk::Result<void> share(const std::function<sdk::Result<void>(sdk::Shared&)>& make) override;
    sdk::Result<std::uint64_t> lease(std::uint64_t first,
                                     std::uint64_t count,
                                     const std::function<bool(std::uint64_t)>& usable) override;
    void fill(const sdk::Slot& slot, sys::Fd fd) override;

    sdk::Log& log() override { return log_; }

    pid_t init_pid() const override { return state_.sandbox.pid(); }

    int init_pidfd() const override { return state_.sandbox.pidfd(); }

    pid_t command_pid() const override { return state_.command; }

    void watch(int fd,
               short events,
               std::function<sdk::Result<void>(sdk::Session&, short)> call) override;

    void unwatch(int fd) override { state_.events.unwatch(fd); }

    void after(std::chrono::nanoseconds delay,
               std::function<sdk::Result<void>(sdk::Session&)> call) override;

    void on_listener(std::function<sdk::Result<void>(sdk::Session&, sys::Fd)> call) override;

    void signal_command(int signal) override { state_.sandbox.signal_command(signal, false); }

    void end(sdk::EndReason reason) override;
    void mark(sdk::EndReason reason) override;

private:
    [[nodiscard]] sdk::Result<SharedFile*> shared_file();

    RunState& state_;
    std::string plugin_;
    PluginLog log_;
};

} // namespace microbox::core
