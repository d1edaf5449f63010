// SPDX-License-Identifier: MIT
#include "core/terminal/flow.hpp"

#include <microbox/sys/fd.hpp>

#include <string>

#include <gtest/gtest.h>

#include <sys/socket.h>

namespace microbox::core {

namespace {

struct Pair {
    Pair() {
        int ends[2] = {-1, -1};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
        ours.reset(ends[0]);
        theirs.reset(ends[1]);
    }

    sys::Fd ours;
    sys::Fd theirs;
};

std::string some_bytes(std::size_t count) {
    std::string bytes;
    for (std::size_t i = 0; i < count; ++i)
        bytes.push_back(static_cast<char>((i * 31 + i / 251) & 0xff));
    return bytes;
}

/// Writes what is left, reads what is there.
std::size_t feed(int fd, const std::string& bytes, std::size_t from) {
    const ssize_t put = ::write(fd, bytes.data() + from, bytes.size() - from);
    return put > 0 ? from + static_cast<std::size_t>(put) : from;
}

void collect(int fd, std::string& into) {
    char buffer[1000];
    for (ssize_t got = 0; (got = ::read(fd, buffer, sizeof buffer)) > 0;)
        into.append(buffer, static_cast<std::size_t>(got));
}

} // namespace

TEST(Flow, PassesEveryByteInOrderWhateverTheSizesOfTheWrites) {
    const Pair in;
    const Pair out;
    Flow flow;
    const std::string bytes = some_bytes(1U << 20U);
    std::string arrived;
    std::size_t fed = 0;
    std::size_t most = 1;
    while (arrived.size() < bytes.size()) {
        fed = feed(in.theirs.get(), bytes, fed);
        const std::size_t before = arrived.size();
        static_cast<void>(flow.fill(in.ours.get()));
        static_cast<void>(flow.spill(out.ours.get(), most));
        collect(out.theirs.get(), arrived);
        ASSERT_GT(arrived.size(), before);
        most = most % 7919 + 613;
    }
    EXPECT_TRUE(arrived == bytes);
    EXPECT_TRUE(flow.empty());
}

TEST(Flow, IsBoundedAndHoldsUpItsSource) {
    const Pair in;
    Flow flow;
    const std::string bytes = some_bytes(1U << 18U);
    std::size_t fed = 0;
    int rounds = 0;
    while (flow.has_room()) {
        fed = feed(in.theirs.get(), bytes, fed);
        static_cast<void>(flow.fill(in.ours.get()));
        ASSERT_LT(++rounds, 1000);
    }
    EXPECT_EQ(flow.fill(in.ours.get()), Flow::Moved::none);
    EXPECT_LT(fed, bytes.size());
    // There is room for a character of our own all the same.
    EXPECT_TRUE(flow.put("\x04"));
    EXPECT_EQ(flow.last(), '\x04');
}

TEST(Flow, TellsNothingNowFromTheEndAndFromAFault) {
    Pair in;
    Flow flow;
    EXPECT_EQ(flow.fill(in.ours.get()), Flow::Moved::none);
    EXPECT_EQ(flow.spill(in.ours.get(), 10), Flow::Moved::none);
    in.theirs.reset();
    EXPECT_EQ(flow.fill(in.ours.get()), Flow::Moved::ended);
    EXPECT_EQ(flow.fill(-1), Flow::Moved::broken);
    EXPECT_TRUE(flow.put("x"));
    EXPECT_EQ(flow.spill(-1, 1), Flow::Moved::broken);
    EXPECT_FALSE(flow.empty());
}

TEST(Flow, WritesNoMoreAtOnceThanItMay) {
    const Pair out;
    Flow flow;
    ASSERT_TRUE(flow.put("abcdef"));
    EXPECT_EQ(flow.spill(out.ours.get(), 4), Flow::Moved::some);
    std::string arrived;
    collect(out.theirs.get(), arrived);
    EXPECT_EQ(arrived, "abcd");
}

TEST(Flow, DropsOneReturnAtTheEndOfALine) {
    const Pair in;
    const Pair out;
    Flow flow;
    for (const std::string part : {"a\r\nb\r\r\nc\rd\r", "\ne\n"}) {
        ASSERT_EQ(::write(in.theirs.get(), part.data(), part.size()),
                  static_cast<ssize_t>(part.size()));
        ASSERT_EQ(flow.fill(in.ours.get()), Flow::Moved::some);
        flow.drop_returns();
    }
    ASSERT_EQ(flow.spill(out.ours.get(), 100), Flow::Moved::some);
    std::string arrived;
    collect(out.theirs.get(), arrived);
    EXPECT_EQ(arrived, "a\nb\r\nc\rd\ne\n");
}

} // namespace microbox::core
