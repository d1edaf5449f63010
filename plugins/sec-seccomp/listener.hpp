// SPDX-License-Identifier: MIT
// Listener: answers the calls that a notifying filter refuses, each with the errno that the filter
// itself would give, and keeps account of them. Nothing is ever let through.
#pragma once

#include "evaluate.hpp"
#include "ledger.hpp"

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/types.h>

namespace microbox::seccomp {

class Listener {
public:
    static constexpr int most_at_once = 64;

    /// `refusing` is the filter before it notified; `command` tells how deep the sandbox's pids
    /// are.
    Listener(sys::Fd listener, std::vector<sock_filter> refusing, pid_t command);

    [[nodiscard]] int fd() const { return fd_.get(); }

    /// Answers what waits, at most most_at_once calls, so that the other duties of the one poll
    /// loop get their turn: a flood of refused calls delays a timeout by no more than that. False:
    /// nobody is behind the filter any more.
    [[nodiscard]] sdk::Result<bool> serve();

    [[nodiscard]] const Ledger& ledger() const { return ledger_; }

private:
    using Clock = std::chrono::steady_clock;

    [[nodiscard]] sdk::Result<void> answer_one();
    [[nodiscard]] bool is_waiting(std::uint64_t id) const;
    void account(const seccomp_notif& call, Action answer);
    [[nodiscard]] Ledger::Entry& entry_of(const seccomp_notif& call, Action answer);

    sys::Fd fd_;
    std::vector<sock_filter> refusing_;
    std::size_t depth_;
    std::vector<std::uint64_t> request_; ///< as large as this kernel's struct
    std::vector<std::uint64_t> response_;
    Ledger ledger_;
    /// Whose entry it is, for a moment: reading /proc for each call of a flood would make it dear.
    std::map<std::tuple<CallKind, Action, std::uint32_t>, Ledger::Entry*> recent_;
    Clock::time_point recent_until_{};
};

/// What the supervisor answers. Not nothing: a call whose answer is not known gets EPERM.
[[nodiscard]] Action answer_to(const std::vector<sock_filter>& refusing, const seccomp_data& call);

} // namespace microbox::seccomp
