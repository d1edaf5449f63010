// SPDX-License-Identifier: MIT
// microbox inside microbox: as deep as the outer one allows, and otherwise told what is in the way.
#include "tests/support/host_state.hpp"
#include "tests/support/sandbox.hpp"

#include <gtest/gtest.h>

namespace microbox::testing {

namespace {

using Words = std::vector<std::string>;

/// OUTER -- microbox INNER...: the inner one is the same program, as the host's tree shows it.
Outcome nested(const Words& outer, const Words& inner) {
    Words words = {"--fs", "host"};
    words.insert(words.end(), outer.begin(), outer.end());
    words.insert(words.end(), {"--", binary_path()});
    words.insert(words.end(), inner.begin(), inner.end());
    return run(words);
}

const Words open_outer = {"--unmask", "--seccomp", "off"};

} // namespace

TEST(Nested, RunsInAnOuterOneThatLeavesRoom) {
    const HostState before = HostState::take();

    const Outcome outcome =
        nested(open_outer, {"--fs", "system", "--", "sh", "-c", "echo inner; id -u; exit 7"});

    EXPECT_EQ(outcome.code, 7) << outcome.describe();
    EXPECT_EQ(outcome.out, "inner\n0\n") << outcome.describe();
    EXPECT_EQ(left_behind(before), "");
}

TEST(Nested, ThreeLevelsDeep) {
    Words middle = {"--fs", "host"};
    middle.insert(middle.end(), open_outer.begin(), open_outer.end());
    middle.insert(middle.end(), {"--", binary_path(), "--fs", "system", "--", "echo", "third"});

    const Outcome outcome = nested(open_outer, middle);

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out, "third\n") << outcome.describe();
}

TEST(Nested, HasItsOwnContainment) {
    const Outcome outcome = nested(open_outer,
                                   {"--fs",
                                    "system",
                                    "--",
                                    "sh",
                                    "-c",
                                    "grep Seccomp: /proc/self/status; ls /proc/kcore 2>&1; "
                                    "cat /proc/interrupts | wc -c; echo $(ls /proc | "
                                    "grep -c '^[0-9]')"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_NE(outcome.out.find("Seccomp:\t2"), std::string::npos) << outcome.describe();
    EXPECT_NE(outcome.out.find("\n0\n"), std::string::npos)
        << "/proc/interrupts is not covered: " << outcome.describe();
}

TEST(Nested, UnderTheDefaultFilterIsToldOfIt) {
    const Outcome outcome = nested({}, {"--fs", "system", "--", "true"});

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_NE(outcome.err.find("a seccomp filter around this process"), std::string::npos)
        << outcome.describe();
}

TEST(Nested, UnderACoveredProcIsToldWhichMountIsInTheWay) {
    const Outcome outcome = nested({"--seccomp", "off"}, {"--fs", "system", "--", "true"});

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_NE(outcome.err.find("is covered here"), std::string::npos) << outcome.describe();
    EXPECT_NE(outcome.err.find("hint: /proc/"), std::string::npos) << outcome.describe();
    EXPECT_NE(outcome.err.find("--unmask"), std::string::npos) << outcome.describe();
}

} // namespace microbox::testing
