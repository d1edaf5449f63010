// SPDX-License-Identifier: MIT
// --timeout: TERM, the grace, KILL, and 124 in every case.
#include "tests/support/caller.hpp"

#include <csignal>

namespace microbox::testing {

TEST(Timeout, EndsTheCommandWith124) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({"--timeout", "200ms"}, {"sleep", "60"});

    EXPECT_EQ(outcome.code, 124) << outcome.describe();
    EXPECT_GE(outcome.seconds, 0.2);
}

TEST(Timeout, SendsTermFirstAndLetsTheCommandEnd) {
    MBX_NEEDS_ROOT();

    const Outcome outcome =
        run_probe({"--timeout", "300ms", "--timeout-grace", "20s"}, {"signals"});

    EXPECT_EQ(outcome.code, 124) << outcome.describe();
    EXPECT_EQ(outcome.out, "READY\nsignal TERM\n") << outcome.describe();
}

TEST(Timeout, KillsAfterTheGraceWhatIgnoresTerm) {
    MBX_NEEDS_ROOT();

    const Outcome outcome =
        run_probe({"--timeout", "300ms", "--timeout-grace", "300ms"}, {"stubborn", "60"});

    EXPECT_EQ(outcome.code, 124) << outcome.describe();
    EXPECT_EQ(outcome.out, "READY\n") << outcome.describe();
    EXPECT_GE(outcome.seconds, 0.6);
    EXPECT_FALSE(outcome.timed_out);
}

TEST(Timeout, KillsProcessOneToo) {
    MBX_NEEDS_ROOT();

    const Outcome outcome =
        run_probe({"--no-init", "--timeout", "200ms", "--timeout-grace", "200ms"}, {"sleep", "60"});

    EXPECT_EQ(outcome.code, 124) << outcome.describe();
}

TEST(Timeout, KillsACommandThatIsStopped) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_shell({"--timeout", "300ms", "--timeout-grace", "200ms"},
                                      "kill -STOP $$; echo not reached");

    EXPECT_EQ(outcome.code, 124) << outcome.describe();
    EXPECT_EQ(outcome.out, "") << outcome.describe();
}

TEST(Timeout, IsNoMatterWhenTheCommandEndsBefore) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({"--timeout", "1h"}, {"exit", "3"});

    EXPECT_EQ(outcome.code, 3) << outcome.describe();
}

TEST(Timeout, TakesTheChildrenWithIt) {
    MBX_NEEDS_ROOT();
    Held held;
    Running running =
        held.start(shell_inside({"--timeout", "300ms"}, "setsid sleep 60 & sleep 60 & wait"));

    EXPECT_EQ(running.finish().code, 124);
    EXPECT_TRUE(held.ends());
}

} // namespace microbox::testing
