// SPDX-License-Identifier: MIT
// --tmpfs PATH[:SIZE]: further memory, inside the one budget.
#include "tests/support/root_modes.hpp"
#include "tests/support/sandbox.hpp"

#include <unistd.h>

namespace microbox::testing {

namespace {

using Names = std::vector<std::string>;

} // namespace

TEST(TmpfsMount, IsEmptyWritableAndGoneInEveryRoot) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;

    for (const std::string& mode : root_modes(root.path()))
        for (const char* ids : {"isolated", "host"})
            for (const std::string& option : {std::string("/tmp/m"), std::string("/tmp/m:1M")}) {
                const Outcome outcome = probe_in(mode,
                                                 {"--userns", ids, "--tmpfs", option},
                                                 sequence({{"list", "/tmp/m"},
                                                           {"write", "/tmp/m/x", "1"},
                                                           {"stat", "/tmp/m/x"},
                                                           {"mknod", "/tmp/m/null", "1", "3"}}));

                EXPECT_EQ(outcome.out, "write ok\nstat file 0644 0 0 1\nmknod EPERM\n")
                    << mode << ids << option << outcome.describe();
            }
}

TEST(TmpfsMount, EveryUserCanWriteThere) {
    MBX_NEEDS_ROOT();

    for (const char* option : {"/m", "/m:1M"}) {
        const Outcome outcome =
            probe_in("tmpfs", {"--tmpfs", option, "--user", "1234:1234"}, {"write", "/m/x", "1"});
        EXPECT_EQ(outcome.value("write"), "ok") << option << outcome.describe();
    }
}

TEST(TmpfsMount, WithASizeEndsThereAndWithoutAtTheBudget) {
    MBX_NEEDS_ROOT();

    const Outcome outcome =
        probe_in("tmpfs",
                 {"--storage", "8M", "--tmpfs", "/small:1M", "--tmpfs", "/large"},
                 sequence({{"fill", "/small/x", "16777216"},
                           {"files", "/small", "100000"},
                           {"fill", "/large/x", "16777216"},
                           {"space", "/large"}}));

    const Names fills = outcome.values("fill");
    ASSERT_EQ(fills.size(), 2U) << outcome.describe();
    EXPECT_EQ(fills[0], "1048576 ENOSPC") << outcome.describe();
    EXPECT_NE(outcome.value("files").find("ENOSPC"), std::string::npos) << outcome.describe();
    EXPECT_NE(fills[1].find("ENOSPC"), std::string::npos) << outcome.describe();
    EXPECT_EQ(outcome.value("space"), "7340032 1792") << "what /small has is taken off the rest";
}

TEST(TmpfsMount, CoversWhatARootFileSystemHasThere) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;

    const Outcome outcome = probe_in(
        root.path(), {"--tmpfs", "/usr"}, sequence({{"list", "/usr"}, {"write", "/usr/x", "1"}}));

    EXPECT_EQ(outcome.out, "write ok\n") << outcome.describe();
}

TEST(TmpfsMount, ReplacesTheSandboxsOwn) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;

    for (const std::string& mode : root_modes(root.path()))
        for (const char* target : {"/tmp", "/dev/shm"}) {
            const Outcome outcome =
                probe_in(mode,
                         {"--tmpfs", std::string(target) + ":1M"},
                         sequence({{"space", target}, {"write", std::string(target) + "/x", "1"}}));

            EXPECT_EQ(outcome.value("space").rfind("1048576 ", 0), 0U)
                << mode << target << outcome.describe();
            EXPECT_EQ(outcome.value("write"), "ok") << mode << target << outcome.describe();
        }
}

TEST(TmpfsMount, RefusesWhatItCannotBe) {
    MBX_NEEDS_ROOT();

    for (const char* word : {"relative",
                             "/m:lots",
                             "/m:-1M",
                             "/m:0",
                             "/m:1K",
                             "/m:",
                             "/m:1M:ro",
                             "/",
                             "/..",
                             "/proc",
                             "/proc/x",
                             "/sys",
                             "/dev",
                             "/dev/pts",
                             "/m:600M",
                             "/m:9999999T"})
        EXPECT_EQ(not_a_refusal(run({"--tmpfs", word, "--", "true"}), "--tmpfs"), "") << word;
    EXPECT_EQ(not_a_refusal(run({"--tmpfs", "", "--", "true"}), "--tmpfs"), "");
    EXPECT_EQ(not_a_refusal(run({"--tmpfs", "/m", "--tmpfs", "/m/", "--", "true"}), "--tmpfs /m/"),
              "");
    EXPECT_EQ(
        not_a_refusal(run({"--tmpfs", "/a:300M", "--tmpfs", "/b:300M", "--", "true"}), "--tmpfs"),
        "");
}

} // namespace microbox::testing
