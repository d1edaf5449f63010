// SPDX-License-Identifier: MIT
#include "core/run/judge.hpp"

#include "core/run/explain.hpp"

#include <csignal>

#include <sys/wait.h>

namespace microbox::core {

namespace {

int ended_by(RunState& state, int signal) {
    state.report.signal = signal;
    state.report.reason = "signal";
    return signal_base + signal;
}

} // namespace

sdk::Result<int> judge(RunState& state, const Ending& ending) {
    if (ending.refused) {
        if (ending.refused->phase == child::Phase::execute)
            return explain_exec(*state.plan, ending.refused->error, state.command);
        LaunchFailure failure{ending.refused->phase, child::no_step, ending.refused->error};
        return explain(*state.plan, failure);
    }
    if (state.reason == sdk::EndReason::timeout) {
        state.report.reason = "timeout";
        return exit_timeout;
    }
    if (state.reason == sdk::EndReason::failed)
        return sdk::fail("the run was ended by a plugin");
    // The user's word, whatever the command made of it.
    if (ending.interrupted)
        return ended_by(state, SIGINT);
    if (WIFSIGNALED(ending.status))
        return ended_by(state, WTERMSIG(ending.status));
    state.report.reason = "exited";
    return WEXITSTATUS(ending.status);
}

} // namespace microbox::core
