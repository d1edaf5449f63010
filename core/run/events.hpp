// SPDX-License-Identifier: MIT
// Events: the supervisor's one poll loop. Descriptors and deadlines, callbacks that never block; no
// timer wakes up while nothing happens.
#pragma once

#include <microbox/sdk/result.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace microbox::core {

class Events {
public:
    using Clock = std::chrono::steady_clock;
    using OnReady = std::function<sdk::Result<void>(short)>;
    using OnTime = std::function<sdk::Result<void>()>;

    /// Takes the place of an earlier watch of that descriptor.
    void watch(int fd, short events, OnReady call);
    void unwatch(int fd);
    void at(Clock::time_point when, OnTime call);

    /// Waits for what comes first and calls back. Errors: a callback's.
    [[nodiscard]] sdk::Result<void> wait();

private:
    struct Watch {
        std::uint64_t serial; ///< never used again, as the descriptor's number is
        short events;
        std::shared_ptr<const OnReady> call;
    };

    struct Deadline {
        Clock::time_point when;
        OnTime call;
    };

    [[nodiscard]] int until_next() const; ///< milliseconds, rounded up; -1 for ever

    std::map<int, Watch> watches_;
    std::uint64_t last_serial_ = 0;
    std::vector<Deadline> deadlines_;
};

} // namespace microbox::core
