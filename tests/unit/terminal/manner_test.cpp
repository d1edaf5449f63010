// SPDX-License-Identifier: MIT
#include "core/terminal/manner.hpp"

#include <gtest/gtest.h>

namespace microbox::core {

namespace {

termios ordinary() {
    termios modes{};
    modes.c_iflag = ICRNL | IXON;
    modes.c_oflag = OPOST | ONLCR;
    modes.c_lflag = ISIG | ICANON | IEXTEN | ECHO | ECHOE;
    modes.c_cc[VERASE] = 'H' & 037;
    return modes;
}

} // namespace

TEST(Manner, DependsOnWhichStreamsAreTerminals) {
    EXPECT_EQ(manner_of(stream_in | stream_out | stream_errors), Manner::keys);
    EXPECT_EQ(manner_of(stream_in | stream_out), Manner::keys);
    EXPECT_EQ(manner_of(stream_in | stream_errors), Manner::lines);
    EXPECT_EQ(manner_of(stream_in), Manner::lines);
    EXPECT_EQ(manner_of(stream_out | stream_errors), Manner::on_wish);
    EXPECT_EQ(manner_of(stream_errors), Manner::on_wish);
}

TEST(Manner, RawPassesEveryKey) {
    for (const Manner manner : {Manner::keys, Manner::lines, Manner::on_wish}) {
        termios inside = ordinary();
        EXPECT_EQ((raw_modes(ordinary(), inside, manner).c_lflag & ISIG) != 0,
                  manner != Manner::keys);
        inside.c_lflag &= ~static_cast<tcflag_t>(ISIG);
        const termios raw = raw_modes(ordinary(), inside, manner);
        EXPECT_EQ(raw.c_lflag & (ISIG | ICANON | IEXTEN | ECHO), 0U);
        EXPECT_EQ(raw.c_iflag & (ICRNL | IXON | ISTRIP), 0U);
        EXPECT_EQ(raw.c_cc[VMIN], 1);
        EXPECT_EQ(raw.c_cc[VTIME], 0);
        // Others beside a pipe count on the line ends.
        EXPECT_EQ((raw.c_oflag & OPOST) != 0, manner != Manner::keys);
    }
}

TEST(Manner, NothingIsDoneByBothTerminals) {
    const termios keys = modes_inside(ordinary(), Manner::keys);
    EXPECT_EQ(keys.c_lflag, ordinary().c_lflag);
    EXPECT_EQ(keys.c_oflag, ordinary().c_oflag);
    EXPECT_EQ(keys.c_cc[VERASE], 'H' & 037);
    const termios lines = modes_inside(ordinary(), Manner::lines);
    EXPECT_EQ(lines.c_lflag & ECHO, 0U);
    EXPECT_EQ(lines.c_oflag & OPOST, 0U);
    const termios wish = modes_inside(ordinary(), Manner::on_wish);
    EXPECT_NE(wish.c_lflag & ECHO, 0U);
    EXPECT_EQ(wish.c_oflag & OPOST, 0U);
}

TEST(Manner, AProgramAsksForKeysByItsModes) {
    termios inside = ordinary();
    EXPECT_TRUE(wants_keys(inside, Manner::keys));
    EXPECT_FALSE(wants_keys(inside, Manner::lines));
    EXPECT_FALSE(wants_keys(inside, Manner::on_wish));
    inside.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    EXPECT_FALSE(wants_keys(inside, Manner::lines));
    EXPECT_TRUE(wants_keys(inside, Manner::on_wish));
    inside.c_lflag &= ~static_cast<tcflag_t>(ICANON);
    EXPECT_TRUE(wants_keys(inside, Manner::lines));
    EXPECT_TRUE(wants_keys(inside, Manner::on_wish));
}

} // namespace microbox::core
