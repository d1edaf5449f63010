// SPDX-License-Identifier: MIT
#include "watch.hpp"

#include <algorithm>
#include <chrono>

namespace microbox::limit_cgroup {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto shortest_pause = std::chrono::milliseconds(50);
constexpr int pause_per_look = 19; ///< in times of what a look has taken

} // namespace

sdk::Result<void> Watch::start(sdk::Session& session) {
    MBX_CHECK(processes_.open(session.init_pid()));
    return look(session);
}

sdk::Result<void> Watch::look(sdk::Session& session) {
    const auto begun = Clock::now();
    const Usage usage = processes_.look(memory_bytes);
    peak_.memory_bytes = std::max(peak_.memory_bytes, usage.memory_bytes);
    peak_.tasks = std::max(peak_.tasks, usage.tasks);
    if (usage.memory_bytes > memory_bytes) {
        end(session,
            "oom",
            "the sandbox uses " + std::to_string(usage.memory_bytes) +
                " bytes of memory, more than --memory " + std::to_string(memory_bytes));
        return {};
    }
    if (usage.tasks > tasks) {
        end(session,
            "pids",
            "the sandbox has " + std::to_string(usage.tasks) +
                " processes and threads, more than --pids " + std::to_string(tasks));
        return {};
    }
    session.after(
        std::max<Clock::duration>(shortest_pause, (Clock::now() - begun) * pause_per_look),
        [this](sdk::Session& now) { return look(now); });
    return {};
}

void Watch::end(sdk::Session& session, const char* reason, const std::string& what) {
    reason_ = reason;
    session.log().write(sdk::Level::error, what + ": the run is ended");
    session.end(sdk::EndReason::killed);
}

} // namespace microbox::limit_cgroup
