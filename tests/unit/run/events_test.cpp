// SPDX-License-Identifier: MIT
#include "core/run/events.hpp"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include <poll.h>
#include <unistd.h>

namespace microbox::core {

namespace {

class EventsOfAPipe : public ::testing::Test {
protected:
    EventsOfAPipe() {
        if (::pipe(ends_) != 0)
            ADD_FAILURE() << "pipe";
    }

    ~EventsOfAPipe() override {
        ::close(ends_[0]);
        ::close(ends_[1]);
    }

    void write_byte() { ASSERT_EQ(::write(ends_[1], "x", 1), 1); }

    int ends_[2]{-1, -1};
    Events events_;
};

} // namespace

TEST_F(EventsOfAPipe, CallsBackWhenADescriptorIsReady) {
    short happened = 0;
    events_.watch(ends_[0], POLLIN, [&](short what) -> sdk::Result<void> {
        happened = what;
        return {};
    });
    write_byte();

    ASSERT_TRUE(events_.wait().ok());

    EXPECT_NE(happened & POLLIN, 0);
}

TEST_F(EventsOfAPipe, AFailureOfACallbackComesOut) {
    events_.watch(ends_[0], POLLIN, [](short) -> sdk::Result<void> { return sdk::fail("broken"); });
    write_byte();

    const auto waited = events_.wait();

    ASSERT_FALSE(waited.ok());
    EXPECT_EQ(waited.error().what, "broken");
}

TEST_F(EventsOfAPipe, ACallbackMayTakeItsOwnWatchAway) {
    int calls = 0;
    events_.watch(ends_[0], POLLIN, [&](short) -> sdk::Result<void> {
        ++calls;
        events_.unwatch(ends_[0]);
        return {};
    });
    write_byte();
    ASSERT_TRUE(events_.wait().ok());
    bool woken = false;
    events_.at(Events::Clock::now(), [&]() -> sdk::Result<void> {
        woken = true;
        return {};
    });

    ASSERT_TRUE(events_.wait().ok());

    EXPECT_TRUE(woken);
    EXPECT_EQ(calls, 1);
}

TEST_F(EventsOfAPipe, AnotherWatchOfADescriptorTakesThePlaceOfTheFirst) {
    std::string called;
    const auto note = [&](char c) {
        return [&called, c](short) -> sdk::Result<void> {
            called += c;
            return {};
        };
    };
    events_.watch(ends_[0], POLLIN, note('a'));
    events_.watch(ends_[0], POLLIN, note('b'));
    write_byte();

    ASSERT_TRUE(events_.wait().ok());

    EXPECT_EQ(called, "b");
}

// Two descriptors are ready. Whichever callback comes first closes the other's, opens a quiet one,
// which gets the same number, and watches that.
TEST_F(EventsOfAPipe, ANumberUsedAnewDoesNotGetTheReadinessOfTheOldDescriptor) {
    int second[2];
    int quiet[2];
    ASSERT_EQ(::pipe(second), 0);
    ASSERT_EQ(::pipe(quiet), 0);
    int first_calls = 0;
    int stale_calls = 0;
    const auto replaces = [&](int other) {
        return [&, other](short) -> sdk::Result<void> {
            ++first_calls;
            events_.unwatch(other);
            EXPECT_EQ(::dup2(quiet[0], other), other);
            events_.watch(other, POLLIN, [&](short) -> sdk::Result<void> {
                ++stale_calls;
                return {};
            });
            return {};
        };
    };
    events_.watch(ends_[0], POLLIN, replaces(second[0]));
    events_.watch(second[0], POLLIN, replaces(ends_[0]));
    write_byte();
    ASSERT_EQ(::write(second[1], "x", 1), 1);

    ASSERT_TRUE(events_.wait().ok());

    EXPECT_EQ(first_calls, 1);
    EXPECT_EQ(stale_calls, 0);
    for (const int fd : {second[0], second[1], quiet[0], quiet[1]})
        ::close(fd);
}

TEST_F(EventsOfAPipe, DeadlinesComeInTheirOrderAndNotBefore) {
    std::string order;
    const auto now = Events::Clock::now();
    const auto note = [&](char c) {
        return [&order, c]() -> sdk::Result<void> {
            order += c;
            return {};
        };
    };
    events_.at(now + std::chrono::milliseconds(20), note('b'));
    events_.at(now + std::chrono::milliseconds(5), note('a'));

    while (order.size() < 2)
        ASSERT_TRUE(events_.wait().ok());

    EXPECT_EQ(order, "ab");
    EXPECT_GE(Events::Clock::now(), now + std::chrono::milliseconds(20));
}

TEST_F(EventsOfAPipe, ADeadlineMaySetAnother) {
    int calls = 0;
    events_.at(Events::Clock::now(), [&]() -> sdk::Result<void> {
        events_.at(Events::Clock::now(), [&]() -> sdk::Result<void> {
            ++calls;
            return {};
        });
        return {};
    });

    ASSERT_TRUE(events_.wait().ok());
    ASSERT_TRUE(events_.wait().ok());

    EXPECT_EQ(calls, 1);
}

} // namespace microbox::core
