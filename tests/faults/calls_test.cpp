// SPDX-License-Identifier: MIT
// Each system call of the launcher fails once: the run is as contained as ever, or is refused with
// a message before the command's first instruction; nothing is left, nothing hangs.
#include "tests/faults/modes.hpp"
#include "tests/faults/sweep.hpp"

namespace microbox::faults {

namespace {

class FailingCalls : public ::testing::TestWithParam<Mode> {};

} // namespace

TEST_P(FailingCalls, LeaveNoHalfMadeSandbox) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(sweep(GetParam(), MICROBOX_FAULT_DEPTH), "");
}

INSTANTIATE_TEST_SUITE_P(Modes,
                         FailingCalls,
                         ::testing::ValuesIn(modes_and_networks()),
                         name_of_mode);

} // namespace microbox::faults
