// SPDX-License-Identifier: MIT
// Which limits were hit, from the kernel's figures.
#include "denials.hpp"

#include <gtest/gtest.h>

namespace microbox::limit_cgroup {

namespace {

Limits limits() {
    Limits limits;
    limits.cpu_quota_us = 20000;
    limits.memory_bytes = 1U << 20U;
    limits.pids = 8;
    limits.cpu_source = "--cpus";
    limits.memory_source = "--memory";
    limits.pids_source = "default of --pids";
    return limits;
}

} // namespace

TEST(LimitDenials, AreNoneWhenNothingWasHit) {
    Figures zero;
    zero.oom_kills = 0;
    zero.pids_limit_hits = 0;
    zero.throttled_periods = 0;

    EXPECT_TRUE(denials_of(limits(), {}, "").empty());
    EXPECT_TRUE(denials_of(limits(), zero, "").empty());
}

TEST(LimitDenials, NameTheLimitAndItsOption) {
    Figures figures;
    figures.oom_kills = 2;
    figures.memory_limit_hits = 99;
    figures.pids_limit_hits = 3;
    figures.throttled_periods = 4;
    figures.throttled_seconds = 1.25;

    const auto denials = denials_of(limits(), figures, "");

    ASSERT_EQ(denials.size(), 3U);
    EXPECT_EQ(denials[0].what, "memory: a process was killed");
    EXPECT_EQ(denials[0].count, 2U);
    EXPECT_EQ(denials[0].rule, "--memory: 1048576 bytes");
    EXPECT_EQ(denials[0].remedy, "--memory with more");
    EXPECT_EQ(denials[1].rule, "default of --pids: 8");
    EXPECT_EQ(denials[1].count, 3U);
    EXPECT_EQ(denials[1].remedy, "--pids with more");
    EXPECT_EQ(denials[2].what, "processor time in a period of 0.1 s (waited 1.2 s)");
    EXPECT_EQ(denials[2].rule, "--cpus: 0.2");
}

TEST(LimitDenials, TellOfMemoryThatWasGivenBackWhenNothingWasKilled) {
    Figures figures;
    figures.memory_limit_hits = 99;

    const auto denials = denials_of(limits(), figures, "");

    ASSERT_EQ(denials.size(), 1U);
    EXPECT_EQ(denials[0].count, 99U);
}

TEST(LimitDenials, TellOfTheWatch) {
    EXPECT_EQ(denials_of(limits(), {}, "oom").at(0).remedy, "--memory with more");
    EXPECT_EQ(denials_of(limits(), {}, "pids").at(0).remedy, "--pids with more");
}

} // namespace microbox::limit_cgroup
