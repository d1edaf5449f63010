// SPDX-License-Identifier: MIT
#include "core/run/events.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>

#include <poll.h>

namespace microbox::core {

void Events::watch(int fd, short events, OnReady call) {
    watches_.push_back({fd, events, std::move(call)});
}

void Events::unwatch(int fd) {
    std::erase_if(watches_, [fd](const Watch& watch) { return watch.fd == fd; });
}

void Events::at(Clock::time_point when, OnTime call) {
    deadlines_.push_back({when, std::move(call)});
}

int Events::until_next() const {
    if (deadlines_.empty())
        return -1;
    const auto next = std::min_element(
        deadlines_.begin(), deadlines_.end(), [](auto& a, auto& b) { return a.when < b.when; });
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(next->when - Clock::now()).count();
    return static_cast<int>(std::clamp<decltype(left)>(left, 0, INT_MAX));
}

sdk::Result<void> Events::wait() {
    std::vector<pollfd> polled;
    for (const Watch& watch : watches_)
        polled.push_back({watch.fd, watch.events, 0});
    const int ready = ::poll(polled.data(), polled.size(), until_next());
    if (ready < 0 && errno != EINTR)
        return sdk::fail_errno("poll", errno);
    // A callback may add and remove watches: the ones that fired are looked up again by descriptor.
    for (const pollfd& fired : polled) {
        if (ready <= 0 || fired.revents == 0)
            continue;
        const auto watch = std::find_if(
            watches_.begin(), watches_.end(), [&](const Watch& w) { return w.fd == fired.fd; });
        if (watch == watches_.end())
            continue;
        const OnReady call = watch->call;
        MBX_CHECK(call(fired.revents));
    }
    const auto now = Clock::now();
    std::vector<OnTime> due;
    std::erase_if(deadlines_, [&](Deadline& deadline) {
        if (deadline.when > now)
            return false;
        due.push_back(std::move(deadline.call));
        return true;
    });
    for (const OnTime& call : due)
        MBX_CHECK(call());
    return {};
}

} // namespace microbox::core
