// SPDX-License-Identifier: MIT
// plan, prepare, birth, attach, verify, go, supervise, report, clean up. Whatever fails, what the
// journal names is released in reverse, and the sandbox is dead before that.
#include "core/run/lifecycle.hpp"

#include "core/host/facts.hpp"
#include "core/host/requirements.hpp"
#include "core/plan/make.hpp"
#include "core/plugin/fence.hpp"
#include "core/run/explain.hpp"
#include "core/run/fresh_journal.hpp"
#include "core/run/full_storage.hpp"
#include "core/run/judge.hpp"
#include "core/run/outputs.hpp"
#include "core/run/state.hpp"
#include "core/run/supervise.hpp"
#include "core/run/trace.hpp"
#include "core/run/verify.hpp"
#include "core/spawn/clocks.hpp"
#include "core/spawn/foothold.hpp"
#include "core/spawn/memory_file.hpp"
#include "core/spawn/owners.hpp"
#include "core/state/release.hpp"
#include "core/state/stale.hpp"
#include "core/verify/examination.hpp"

#include <deque>

#include <linux/sched.h>

namespace microbox::core {

namespace {

class Lifecycle {
public:
    Lifecycle(const RunRequest& request, PluginSet& plugins, Examination* examination)
        : request_(request), plugins_(plugins), examination_(examination) {
        for (LoadedPlugin& plugin : plugins_.plugins)
            sessions_.emplace_back(state_, plugin.name());
    }

    int run() {
        const auto begun = Events::Clock::now();
        sdk::Result<int> code = try_run();
        // Dead before anything is given back; also what a failure in between has left alive.
        state_.sandbox.end();
        // The caller's terminal is as it was before anything is said.
        if (state_.terminal)
            state_.terminal->finish(signals_.get(),
                                    [this] { return pending_end(signals_.get()).has_value(); });
        tell_exited();
        clean_up();
        tell_denials();
        trace_.end();
        int result = exit_failed;
        if (code.ok()) {
            result = *code;
        } else {
            log_error(code.error());
            result = code.error().exit_code;
            state_.report.error = code.error().what;
            if (state_.report.reason.empty())
                state_.report.reason = "failed";
        }
        state_.report.exit_code = result;
        state_.report.wall_seconds =
            std::chrono::duration<double>(Events::Clock::now() - begun).count();
        return write_outputs() ? result : exit_failed;
    }

private:
    sdk::Result<int> try_run() {
        trace_.span("plan");
        MBX_TRY(signals_, take_signals());
        MBX_CHECK(outputs_.open(request_));
        MBX_TRY(plan_, make_plan(request_, plugins_, facts_));
        planned_ = true;
        state_.plan = &plan_;
        for (const PlanNotice& notice : plan_.notices)
            log_notice(notice.notice, notice.plugin == "core" ? "" : notice.plugin);
        if (examination_ != nullptr) {
            MBX_CHECK(examination_->ask(plan_));
            MBX_TRY(state_.prepared.prober, prober_image());
            state_.prepared.left_out = examination_->left_out;
        }
        MBX_CHECK(open_terminal());
        trace_.span("prepare");
        MBX_CHECK(prepare());
        trace_.span("lower");
        MBX_TRY(Block block, lower(plan_, state_.prepared));
        program_ = block.finish();
        trace_.span("birth and root");
        MBX_CHECK(give_birth());
        trace_.span("attach");
        MBX_CHECK(attach());
        trace_.span("set-up inside");
        MBX_CHECK(wait_ready());
        trace_.span("verify");
        MBX_CHECK(verify_all());
        trace_.span("running");
        MBX_CHECK(each("running", &sdk::Plugin::running));
        if (const auto signal = pending_end(signals_.get()))
            return signal_base + *signal;
        if (state_.terminal)
            state_.terminal->start();
        if (plan_.explain_denials)
            state_.report.denied.emplace();
        MBX_CHECK(state_.sandbox.say(child::Go::command));
        MBX_TRY(const Ending ending, supervise(state_, signals_.get()));
        trace_.span("exit and clean-up");
        return judge(state_, ending);
    }

    sdk::Result<void> open_terminal() {
        if (plan_.terminal == no_streams)
            return {};
        state_.terminal.emplace(plan_.terminal, state_.events, [this](int signal) {
            state_.sandbox.signal_command(signal, true);
        });
        return state_.terminal->open();
    }

    /// The first broken promise ends a run. An examination has no command that it could let loose:
    /// it goes on.
    sdk::Result<void> verify_all() {
        const auto take = [this](const char* promise, const sdk::Result<void>& seen) {
            if (examination_ == nullptr)
                return seen;
            examination_->account("core", promise, seen);
            return sdk::Result<void>();
        };
        MBX_CHECK(verify(plan_, state_.command, state_.prepared.first_id, take));
        if (state_.terminal)
            MBX_CHECK(state_.terminal->check(state_.command));
        for (std::size_t i = 0; i < plugins_.plugins.size(); ++i) {
            const sdk::Result<void> seen = one("verify", &sdk::Plugin::verify, i);
            if (examination_ == nullptr)
                MBX_CHECK(seen);
            else if (!seen.ok())
                examination_->account(plugins_.plugins[i].name(), "its own verification", seen);
        }
        return {};
    }

    using Phase = sdk::Result<void> (sdk::Plugin::*)(sdk::Session&);

    /// One phase of all plugins, in their order.
    sdk::Result<void> each(const char* name, Phase phase) {
        for (std::size_t i = 0; i < plugins_.plugins.size(); ++i)
            MBX_CHECK(one(name, phase, i));
        return {};
    }

    sdk::Result<void> one(const char* name, Phase phase, std::size_t i) {
        sdk::Plugin& plugin = *plugins_.plugins[i].instance;
        const std::string who = plugins_.plugins[i].name();
        auto done = fence(who, name, [&] { return (plugin.*phase)(sessions_[i]); });
        if (!done.ok() && !done.error().what.starts_with(who))
            return std::move(done.error()).within(who);
        return done;
    }

    sdk::Result<void> prepare() {
        MBX_CHECK(check_host());
        MBX_TRY(state_.folder, open_state());
        collect_one_stale(*state_.folder);
        MBX_TRY(state_.journal, fresh_journal(*state_.folder));
        state_.run_id = state_.report.id = state_.journal->run_id();
        if (has_foothold(plan_))
            MBX_CHECK(enter_foothold(plan_.caller));
        MBX_CHECK(each("prepare", &sdk::Plugin::prepare));
        if (plan_.isolated_ids && !has_foothold(plan_)) {
            MBX_TRY(state_.lease, lease_ids(*state_.folder));
            state_.prepared.first_id = state_.lease->first;
            MBX_CHECK(map_owners(plan_, state_.prepared));
        }
        // The storage is mounted over the state folder, in our own mount namespace only: the child
        // must find it, and may not pass a directory of mode 0700; we hold the folder by
        // descriptor.
        state_.prepared.staging = state_.folder->path;
        return {};
    }

    sdk::Result<void> give_birth() {
        LaunchFailure failure;
        auto launched = launch(plan_, state_.prepared, program_, failure);
        if (!launched.ok())
            return failure.error != 0 ? explain(plan_, failure) : launched.error();
        state_.sandbox = std::move(launched->sandbox);
        if (launched->plain_ids)
            log_weakened("",
                         "a file system here cannot be id-mapped: its files show the host's owners "
                         "and belong to nobody inside");
        return {};
    }

    /// The child's next word, which should be `wanted`.
    sdk::Result<void> expect(child::Word wanted, pid_t& sender, sys::Fd* passed = nullptr) {
        child::Message message{};
        if (!state_.sandbox.receive(message, sender, true, passed))
            return sdk::fail(
                "the sandbox's first process ended before the sandbox was ready",
                "it may have been killed: are the limits on memory and processes too low?");
        if (message.word == wanted)
            return {};
        if (message.word != child::Word::failed)
            return sdk::fail("the sandbox answered out of turn");
        return explain(plan_, failure_of(program_, message));
    }

    sdk::Result<void> attach() {
        pid_t sender = -1;
        MBX_CHECK(expect(child::Word::namespaces, sender));
        if ((plan_.namespaces & CLONE_NEWTIME) != 0)
            MBX_CHECK(start_clocks(state_.sandbox.pid()));
        MBX_CHECK(each("attach", &sdk::Plugin::attach));
        return state_.sandbox.say(child::Go::root);
    }

    sdk::Result<void> wait_ready() {
        if (state_.terminal) {
            pid_t newborn = -1;
            sys::Fd master;
            MBX_CHECK(expect(child::Word::terminal, newborn, &master));
            MBX_CHECK(state_.terminal->adopt(std::move(master)));
        }
        return expect(child::Word::ready, state_.command);
    }

    /// A journal entry is the mark that a plugin has taken part in prepare.
    void tell_exited() {
        if (!state_.journal)
            return;
        for (std::size_t i = 0; i < plugins_.plugins.size(); ++i) {
            sdk::Plugin& plugin = *plugins_.plugins[i].instance;
            const std::string who = plugins_.plugins[i].name();
            PluginReport report(state_.report, who);
            const auto told = fence(who, "exited", [&] { plugin.exited(sessions_[i], report); });
            if (!told.ok())
                log_line(sdk::Level::warning, who, told.error().what);
        }
    }

    /// Each kind once, plugins in their order.
    void tell_denials() {
        if (!state_.report.denied)
            return;
        if (plan_.storage)
            if (auto full = full_storage(*plan_.storage, state_.prepared.staging))
                state_.report.denied->push_back(std::move(*full));
        tell(*state_.report.denied);
    }

    void clean_up() {
        if (!state_.journal)
            return;
        std::vector<JournalEntry> entries;
        for (const LoadedPlugin& plugin : plugins_.plugins)
            for (const std::string& text : state_.entries[plugin.name()])
                entries.push_back({plugin.name(), text});
        const auto failures = release(
            state_.run_id, entries, [&](const std::string& name) -> sdk::Result<sdk::Plugin*> {
                for (LoadedPlugin& plugin : plugins_.plugins)
                    if (plugin.name() == name)
                        return plugin.instance.get();
                return sdk::fail(name + " is not loaded");
            });
        // What could not be released stays in the journal, for `microbox gc`.
        if (failures.empty())
            state_.journal->remove();
    }

    bool write_outputs() {
        return outputs_.write(
            [this] { return report_json(state_.report, planned_ ? &plan_ : nullptr); },
            [this] { return trace_.json(); });
    }

    const RunRequest& request_;
    PluginSet& plugins_;
    Examination* examination_;
    RunState state_;
    std::deque<PluginSession> sessions_;
    Trace trace_;
    sdk::Facts facts_;
    Plan plan_;
    bool planned_ = false;
    std::vector<std::uint64_t> program_;
    sys::Fd signals_;
    Outputs outputs_;
};

} // namespace

int run(const RunRequest& request, PluginSet& plugins, Examination* examination) {
    return Lifecycle(request, plugins, examination).run();
}

} // namespace microbox::core
