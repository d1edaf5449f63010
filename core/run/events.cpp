// SPDX-License-Identifier: MIT
#include "core/run/events.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>

#include <poll.h>

namespace microbox::core {

void Events::watch(int fd, short events, OnReady call) {
    watches_.insert_or_assign(
        fd, Watch{++last_serial_, events, std::make_shared<const OnReady>(std::move(call))});
}

void Events::unwatch(int fd) {
    watches_.erase(fd);
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
    std::vector<std::uint64_t> serials;
    polled.reserve(watches_.size());
    serials.reserve(watches_.size());
    for (const auto& [fd, watch] : watches_) {
        polled.push_back({fd, watch.events, 0});
        serials.push_back(watch.serial);
    }
    const int ready = ::poll(polled.data(), polled.size(), until_next());
    if (ready < 0 && errno != EINTR)
        return sdk::fail_errno("poll", errno);
    // A callback may add and remove watches, so the ones that fired are looked up again. It may
    // also close a descriptor and open another, to which the kernel gives the same number: what
    // poll said was said about the old one, and only the serial tells them apart.
    for (std::size_t i = 0; i < polled.size() && ready > 0; ++i) {
        if (polled[i].revents == 0)
            continue;
        const auto watch = watches_.find(polled[i].fd);
        if (watch == watches_.end() || watch->second.serial != serials[i])
            continue;
        const auto call = watch->second.call; // the callback may take its own watch away
        MBX_CHECK((*call)(polled[i].revents));
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
