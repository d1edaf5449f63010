// SPDX-License-Identifier: MIT
// Many starts, one after the other and side by side, leave nothing behind.
#include "tests/support/many.hpp"

#include <filesystem>
#include <fstream>

namespace microbox::testing {

TEST(Starts, AHundredInARowLeaveNothing) {
    MBX_NEEDS_ROOT();

    start_in_a_row(100);
}

TEST(Starts, FortyAtOnceHaveIdsOfTheirOwnAndLeaveNothing) {
    MBX_NEEDS_ROOT();

    start_side_by_side(40);
}

TEST(Leases, AreNeverFromASubordinateRangeOfTheHost) {
    MBX_NEEDS_ROOT();
    std::set<std::string> firsts;
    for (int i = 0; i < 10; ++i)
        firsts.insert(first_id_of(run_probe({}, {"read", "/proc/self/uid_map"}).out));

    for (const char* const name : {"/etc/subuid", "/etc/subgid"}) {
        std::ifstream file(name);
        for (std::string line; std::getline(file, line);) {
            const std::size_t colon = line.find(':');
            if (colon == std::string::npos)
                continue;
            std::size_t used = 0;
            const auto first = std::stoull(line.substr(colon + 1), &used);
            const auto count = std::stoull(line.substr(colon + 1 + used + 1));
            for (const std::string& leased : firsts) {
                const auto ours = std::stoull(leased);
                EXPECT_FALSE(ours < first + count && first < ours + 65536) << name << ": " << line;
            }
        }
    }
    EXPECT_GE(firsts.size(), 1U);
    EXPECT_EQ(firsts.count("0"), 0U);
}

TEST(Leases, MapTheSameRangeOfUsersAndGroups) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_shell({}, "cat /proc/self/uid_map /proc/self/gid_map");

    const std::size_t end = outcome.out.find('\n') + 1;
    EXPECT_EQ(outcome.out.substr(0, end), outcome.out.substr(end)) << outcome.describe();
    EXPECT_NE(outcome.out.find(" 65536\n"), std::string::npos) << outcome.describe();
}

} // namespace microbox::testing
