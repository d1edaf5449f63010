// SPDX-License-Identifier: MIT
// The shortest way through everything: one command in an empty root, and nothing left of it.
#include "tests/support/host_state.hpp"
#include "tests/support/sandbox.hpp"

#include <unistd.h>

namespace microbox::testing {

TEST(Smoke, PrintsFromATmpfsRootAndLeavesNothing) {
    MBX_NEEDS_ROOT();
    const HostState before = HostState::take();

    const Outcome outcome = run_probe({"--fs", "tmpfs"}, {"print", "hello"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out, "hello\n") << outcome.describe();
    EXPECT_EQ(left_behind(before), "");
}

TEST(Smoke, PassesTheExitCodeOn) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({"--fs", "tmpfs"}, {"exit", "7"});

    EXPECT_EQ(outcome.code, 7) << outcome.describe();
}

TEST(Smoke, RunsADebianProgramInARootFileSystem) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run({"--fs", rootfs(), "--", "python3", "-c", "print(6 * 7)"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out, "42\n") << outcome.describe();
}

} // namespace microbox::testing
