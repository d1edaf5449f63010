// SPDX-License-Identifier: MIT
// --ulimit: what the command gets, and that it holds.
#include "tests/support/sandbox.hpp"

#include <csignal>

#include <unistd.h>

namespace microbox::testing {

TEST(Ulimit, IsWhatTheOptionSays) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(run_probe({"--ulimit", "nofile=64:128"}, {"rlimit", "nofile"}).value("rlimit"),
              "nofile 64 128");
    EXPECT_EQ(run_probe({"--ulimit", "stack=1M"}, {"rlimit", "stack"}).value("rlimit"),
              "stack 1048576 1048576");
}

TEST(Ulimit, NoCoreIsWrittenByDefault) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({}, {"rlimit", "core"});

    EXPECT_EQ(outcome.value("rlimit"), "core 0 0") << outcome.describe();
}

TEST(Ulimit, AFileThatGrowsTooLargeEndsTheCommand) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({"--ulimit", "fsize=1M"}, {"fill", "/tmp/large", "4194304"});

    EXPECT_EQ(outcome.code, 128 + SIGXFSZ) << outcome.describe();
}

TEST(Ulimit, HardLimitsCannotBeRaised) {
    MBX_NEEDS_ROOT();

    for (const char* capabilities : {"CHOWN", "ALL"}) {
        const Outcome outcome = run_probe({"--cap-add", capabilities}, {"priorities"});

        EXPECT_EQ(outcome.value("nofile"), "EPERM") << outcome.describe();
        EXPECT_EQ(outcome.value("core"), "EPERM") << outcome.describe();
    }
}

TEST(Ulimit, TheLastOfTwoNamesIsNotTakenInSilence) {
    MBX_NEEDS_ROOT();

    const Outcome outcome =
        run_probe({"--ulimit", "nofile=64", "--ulimit", "nofile=32"}, {"rlimit", "nofile"});

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_NE(outcome.err.find("nofile"), std::string::npos) << outcome.describe();
}

} // namespace microbox::testing
