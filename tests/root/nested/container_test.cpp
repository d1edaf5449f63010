// SPDX-License-Identifier: MIT
// microbox in a container that has no rights over the host.
#include "tests/root/nested/container.hpp"
#include "tests/support/host_state.hpp"

#include <gtest/gtest.h>

namespace microbox::testing {

namespace {

std::vector<std::string> inner(const std::string& script) {
    return {binary_in_container(), "--fs", "system", "--", "sh", "-c", script};
}

} // namespace

TEST(InAContainer, WithDockersCapabilitiesRunsWhereProcIsWhole) {
    MBX_NEEDS_ROOT();
    const HostState before = HostState::take();

    const Outcome outcome =
        run_in_container({capabilities_of_docker(), false, 0}, inner("echo inner; id -u; exit 3"));

    EXPECT_EQ(outcome.code, 3) << outcome.describe();
    EXPECT_EQ(outcome.out, "inner\n0\n") << outcome.describe();
    EXPECT_EQ(left_behind(before), "");
}

TEST(InAContainer, HasTheContainersFurtherIds) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_in_container(
        {capabilities_of_docker(), false, 0},
        {binary_in_container(), "--fs", "system", "--user", "1000", "--", "id", "-u"});

    EXPECT_EQ(outcome.out, "1000\n") << outcome.describe();
}

TEST(InAContainer, AsItsPlainUserRunsToo) {
    MBX_NEEDS_ROOT();

    const Outcome outcome =
        run_in_container({{}, false, 1000}, inner("id -u; cat /proc/self/uid_map"));

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out, "0\n         0          0          1\n") << outcome.describe();
}

TEST(InAContainer, ThatCoversProcIsToldWhichMountIsInTheWay) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_in_container({capabilities_of_docker(), true, 0}, inner("true"));

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_NE(outcome.err.find("hint: /proc/"), std::string::npos) << outcome.describe();
    EXPECT_NE(outcome.err.find("systempaths=unconfined"), std::string::npos) << outcome.describe();
}

TEST(InAContainer, WhoseRootMayNotMapItselfIsToldWhichCapabilityIsMissing) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_in_container({{"CAP_KILL"}, false, 0}, inner("true"));

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_NE(outcome.err.find("CAP_SETFCAP"), std::string::npos) << outcome.describe();
}

} // namespace microbox::testing
