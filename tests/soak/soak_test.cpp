// SPDX-License-Identifier: MIT
// What takes longer than a run of the tests may: a thousand starts, two hundred at once, hundreds
// of killed supervisors and inits, many gibibytes.
#include "tests/support/many.hpp"

namespace microbox::testing {

TEST(Soak, AThousandStartsInARowLeaveNothing) {
    MBX_NEEDS_ROOT();

    start_in_a_row(1000);
}

TEST(Soak, TwoHundredAtOnceHaveIdsOfTheirOwnAndLeaveNothing) {
    MBX_NEEDS_ROOT();

    start_side_by_side(200);
}

TEST(Soak, FiveHundredKilledSupervisorsLeaveNothing) {
    MBX_NEEDS_ROOT();

    kill_supervisors(500, std::chrono::milliseconds(150));
}

TEST(Soak, FiveHundredKilledInitsLeaveNothing) {
    MBX_NEEDS_ROOT();

    kill_inits(500, std::chrono::milliseconds(80));
}

TEST(Soak, FourGibibytesGoThroughPipesUnharmed) {
    MBX_NEEDS_ROOT();
    Options how;
    how.timeout = std::chrono::minutes(10);

    const Outcome outcome =
        run_from("head -c 4294967296 /dev/zero | tr '\\0' 'a' | \"$@\" | cksum && "
                 "head -c 4294967296 /dev/zero | tr '\\0' 'a' | cksum",
                 probe_arguments({}, {"cat"}),
                 how);

    const std::size_t end = outcome.out.find('\n') + 1;
    EXPECT_NE(outcome.out.find(" 4294967296\n"), std::string::npos) << outcome.describe();
    EXPECT_EQ(outcome.out.substr(0, end), outcome.out.substr(end)) << outcome.describe();
}

} // namespace microbox::testing
