// SPDX-License-Identifier: MIT
// What the watch reads of /proc: texts of the kernel's, and this process itself.
#include "processes.hpp"
#include "processors.hpp"

#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include <sys/mman.h>
#include <unistd.h>

namespace {

using namespace microbox;

TEST(CgroupProcesses, StatusIsRead) {
    const auto usage = limit_cgroup::usage_in("Name:\tx\nThreads:\t3\nVmRSS:\t    1024 kB\n"
                                              "RssAnon:\t 1 kB\nVmSwap:\t       8 kB\n");
    EXPECT_EQ(usage.resident, 1024U * 1024U);
    EXPECT_EQ(usage.swapped, 8U * 1024U);
    EXPECT_EQ(usage.threads, 3U);
    const auto zombie = limit_cgroup::usage_in("Name:\tx\nState:\tZ\nThreads:\t1\n");
    EXPECT_EQ(zombie.resident, 0U);
    EXPECT_EQ(zombie.threads, 1U);
}

TEST(CgroupProcesses, ANameIsNoLine) {
    // A process names itself; the kernel writes newlines of a name as \n.
    EXPECT_EQ(limit_cgroup::usage_in("Name:\tThreads: 900\nThreads:\t2\n").threads, 2U);
}

TEST(CgroupProcesses, RollupIsRead) {
    const std::string text = "00400000-7fff ---p 00000000 00:00 0 [rollup]\nRss:  884 kB\n"
                             "Pss:  385 kB\nPss_Anon:  68 kB\nPss_File: 317 kB\nSwapPss:  4 kB\n";
    EXPECT_EQ(limit_cgroup::kilobytes_in(text, "Pss_Anon"), 68U * 1024U);
    EXPECT_EQ(limit_cgroup::kilobytes_in(text, "SwapPss"), 4U * 1024U);
    EXPECT_EQ(limit_cgroup::kilobytes_in(text, "Pss_Shmem"), 0U);
}

TEST(CgroupProcesses, QuotasAreRoundedUpToProcessors) {
    EXPECT_EQ(limit_cgroup::whole_processors(1000), 1U);
    EXPECT_EQ(limit_cgroup::whole_processors(100000), 1U);
    EXPECT_EQ(limit_cgroup::whole_processors(100001), 2U);
}

} // namespace
