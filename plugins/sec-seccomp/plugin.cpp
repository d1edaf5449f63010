// SPDX-License-Identifier: MIT
// sec-seccomp: which system calls the command may make.
#include "base.hpp"
#include "choice.hpp"
#include "evaluate.hpp"
#include "listener.hpp"
#include "overrides.hpp"
#include "promises.hpp"
#include "remedy.hpp"

#include <microbox/sdk/plugin.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <poll.h>

namespace microbox::seccomp {
namespace {

constexpr char actions_file[] = "/proc/sys/kernel/seccomp/actions_avail";

constexpr MbxOption options[] = {
    {"seccomp",
     "FILTER",
     "filter of system calls: default, off, or a JSON profile as Docker and podman use it",
     "default",
     0,
     0},
    {"allow-syscall",
     "NAME",
     "a system call that the filter lets through after all",
     nullptr,
     1,
     0},
    {"deny-syscall", "NAME", "a further system call that gets EPERM", nullptr, 1, 0},
};

/// A call that is refused already keeps its answer: clone3 must stay ENOSYS for libc to fall back.
bool changes(const Base& base, const Override& single) {
    return base.answer(*single.call) != (single.allow ? Answer::allows : Answer::refuses);
}

class SecSeccomp : public sdk::SecurityLayer {
public:
    std::vector<sdk::Requirement> requirements() override {
        const sdk::FactQuery fact{sdk::FactQuery::Kind::text, actions_file};
        return {{"seccomp filters (CONFIG_SECCOMP_FILTER)",
                 fact,
                 [](const sdk::Facts& facts) {
                     const std::string& actions = facts.text(actions_file);
                     return actions.find("errno") != std::string::npos &&
                            actions.find("kill_process") != std::string::npos;
                 },
                 "a kernel with CONFIG_SECCOMP_FILTER, 4.14 or later",
                 true}};
    }

    std::vector<sdk::FactQuery> ask(const sdk::Request& request, const sdk::Facts&) override {
        const auto choice = read_choice(request);
        // What is wrong with it plan() says.
        return choice.ok() ? facts_for(choice.value(), request.explain_denials)
                           : std::vector<sdk::FactQuery>{};
    }

    sdk::Result<sdk::Fragment> plan(const sdk::Request& request, const sdk::Facts& facts) override {
        refusing_.clear();
        MBX_TRY(choice_, read_choice(request));
        const Choice& choice = choice_;
        MBX_TRY(const Base base, make_base(choice, request, facts));
        sdk::Fragment fragment;
        fragment.claims.emplace_back("security.filter");
        fragment.notices = base.notices;
        std::vector<Override> effective;
        std::string source = choice.source;
        for (const Override& single : choice.overrides) {
            if (!changes(base, single))
                continue;
            if (single.allow)
                fragment.notices.push_back(
                    {sdk::Notice::Kind::weakened,
                     single.source + " " + single.call->name +
                         ": the sandbox may make a system call that its filter refuses"});
            effective.push_back(single);
            if (source.find(single.source) == std::string::npos)
                source += ", " + single.source;
        }
        if (base.needless && effective.empty())
            return fragment;
        sdk::Filter filter{nullptr, base.flags, request.explain_denials};
        std::vector<sock_filter> program = with_overrides(effective, base.program);
        if (request.explain_denials) {
            refusing_ = program;
            rights_ = {request.capabilities, request.isolated_ids};
            program = notifying(std::move(program));
            filter.flags |= notifying_flags(facts);
            fragment.claims.emplace_back("security.listener");
        }
        filter.program = std::make_shared<const std::vector<sock_filter>>(std::move(program));
        fragment.add(sdk::Stage::filter, std::move(filter), source);
        return fragment;
    }

    std::vector<sdk::Promise> promises(const sdk::Request& request,
                                       const sdk::Facts& facts) override {
        const auto choice = read_choice(request);
        if (!choice.ok())
            return {};
        const auto base = make_base(*choice, request, facts);
        return base.ok() ? promises_of(*choice, *base) : std::vector<sdk::Promise>{};
    }

    sdk::Result<void> running(sdk::Session& session) override {
        if (refusing_.empty())
            return {};
        session.on_listener([this](sdk::Session& now, sys::Fd fd) -> sdk::Result<void> {
            listener_.emplace(std::move(fd), refusing_, now.command_pid());
            now.watch(listener_->fd(), POLLIN, [this](sdk::Session& still, short) {
                return serve(still);
            });
            return {};
        });
        return {};
    }

    void exited(sdk::Session&, sdk::Report& report) override {
        if (!listener_)
            return;
        for (const sdk::Denial& denial : denials_of(listener_->ledger(), choice_, rights_))
            report.denied(denial);
    }

private:
    sdk::Result<void> serve(sdk::Session& session) {
        MBX_TRY(const bool goes_on, listener_->serve());
        if (!goes_on)
            session.unwatch(listener_->fd());
        return {};
    }

    Choice choice_;
    Rights rights_;
    std::vector<sock_filter> refusing_; ///< the filter before it notified; empty: nothing to answer
    std::optional<Listener> listener_;
};

} // namespace
} // namespace microbox::seccomp

MBX_PLUGIN(microbox::seccomp::SecSeccomp,
           "sec-seccomp",
           "security",
           "a filter of system calls: an allow list by default",
           "0.1.0",
           microbox::seccomp::options,
           nullptr);
