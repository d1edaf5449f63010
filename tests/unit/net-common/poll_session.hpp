// SPDX-License-Identifier: MIT
// PollSession: a FakeSession whose watches and deadlines are driven by poll(2), in the test's own
// thread. It looks watches up by their number alone, so that a descriptor may get the readiness of
// one that was closed before it: a relay must bear that.
#pragma once

#include "tests/support/fake_session.hpp"

#include <chrono>
#include <vector>

#include <gtest/gtest.h>

#include <poll.h>

namespace microbox::test {

class PollSession : public FakeSession {
public:
    using Clock = std::chrono::steady_clock;

    void after(std::chrono::nanoseconds delay,
               std::function<sdk::Result<void>(sdk::Session&)> call) override {
        deadlines.push_back({Clock::now() + delay, std::move(call)});
    }

    /// One round. Gives back the number of callbacks.
    int step(int milliseconds) {
        std::vector<pollfd> polled;
        for (const auto& [fd, watch] : watches)
            polled.push_back({fd, watch.events, 0});
        const int ready = ::poll(polled.data(), polled.size(), milliseconds);
        int calls = 0;
        for (const pollfd& fired : polled) {
            const auto found = watches.find(fired.fd);
            if (ready <= 0 || fired.revents == 0 || found == watches.end())
                continue;
            EXPECT_EQ(fired.revents & POLLNVAL, 0) << "closed before it was unwatched";
            const auto call = found->second.call;
            EXPECT_TRUE(call(*this, fired.revents).ok()) << "it would have ended the run";
            ++calls;
        }
        return calls + call_due();
    }

    /// Rounds until done() is true; false when it does not come to be.
    template <class Done>
    [[nodiscard]] bool drive(const Done& done) {
        const auto last = Clock::now() + std::chrono::seconds(60);
        while (!done()) {
            if (Clock::now() > last)
                return false;
            step(2);
        }
        return true;
    }

    /// Rounds until nothing happens any more; false for a loop that does not come to rest.
    [[nodiscard]] bool settle() {
        constexpr int most_rounds = 100000;
        for (int round = 0; round < most_rounds; ++round)
            if (step(50) == 0)
                return true;
        return false;
    }

    struct Deadline {
        Clock::time_point when;
        std::function<sdk::Result<void>(sdk::Session&)> call;
    };

    std::vector<Deadline> deadlines;

private:
    int call_due() {
        const auto now = Clock::now();
        std::vector<Deadline> due;
        std::erase_if(deadlines, [&](Deadline& deadline) {
            if (deadline.when > now)
                return false;
            due.push_back(std::move(deadline));
            return true;
        });
        for (const Deadline& deadline : due)
            EXPECT_TRUE(deadline.call(*this).ok());
        return static_cast<int>(due.size());
    }
};

} // namespace microbox::test
