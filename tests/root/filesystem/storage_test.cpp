// SPDX-License-Identifier: MIT
// --storage: one budget of bytes and of files for all that the sandbox can write in memory.
#include "tests/support/root_modes.hpp"
#include "tests/support/sandbox.hpp"

#include <algorithm>

#include <unistd.h>

namespace microbox::testing {

namespace {

constexpr long mebibyte = 1L << 20;

/// N of "fill N ENOSPC" or "files N ENOSPC"; -1 when it ended another way.
long refused_after(const std::string& value) {
    const std::size_t blank = value.find(' ');
    if (blank == std::string::npos || value.substr(blank + 1) != "ENOSPC")
        return -1;
    return std::stol(value.substr(0, blank));
}

std::string mebibytes(long count) {
    return std::to_string(count * mebibyte);
}

} // namespace

TEST(Storage, TheDefaultRefusesTwoHundredThousandFiles) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = probe_in("tmpfs", {}, {"files", "/dev/shm", "200000"});

    EXPECT_EQ(outcome.code, 0) << "refused by ENOSPC, not killed: " << outcome.describe();
    const long made = refused_after(outcome.value("files"));
    EXPECT_GT(made, 10'000) << outcome.describe();
    EXPECT_LE(made, 131'072) << outcome.describe();
}

TEST(Storage, BytesAreRefusedWithEnospcInEveryRoot) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;

    for (const std::string& mode : root_modes(root.path()))
        for (const char* place : {"/tmp", "/run", "/dev/shm"}) {
            const Outcome outcome = probe_in(
                mode, {"--storage", "4M"}, {"fill", std::string(place) + "/x", mebibytes(16)});

            EXPECT_EQ(outcome.code, 0) << mode << place << outcome.describe();
            const long written = refused_after(outcome.value("fill"));
            EXPECT_GT(written, 2 * mebibyte) << mode << place << outcome.describe();
            EXPECT_LE(written, 4 * mebibyte) << mode << place << outcome.describe();
        }
}

TEST(Storage, TheRootIsInTheBudgetToo) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;

    for (const std::string& mode : {std::string("tmpfs"), root.path()}) {
        const Outcome outcome = probe_in(mode, {"--storage", "4M"}, {"fill", "/x", mebibytes(16)});

        const long written = refused_after(outcome.value("fill"));
        EXPECT_GT(written, 2 * mebibyte) << mode << outcome.describe();
        EXPECT_LE(written, 4 * mebibyte) << mode << outcome.describe();
    }
}

TEST(Storage, IsOneBudgetForAllPlaces) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;

    const Outcome outcome = probe_in(root.path(),
                                     {"--storage", "16M", "--tmpfs", "/more"},
                                     sequence({{"fill", "/x", mebibytes(3)},
                                               {"fill", "/tmp/x", mebibytes(3)},
                                               {"fill", "/run/x", mebibytes(3)},
                                               {"fill", "/dev/shm/x", mebibytes(3)},
                                               {"fill", "/more/x", mebibytes(16)},
                                               {"unlink", "/tmp/x"},
                                               {"fill", "/dev/shm/y", mebibytes(2)}}));

    const auto fills = outcome.values("fill");
    ASSERT_EQ(fills.size(), 6U) << outcome.describe();
    for (std::size_t i = 0; i < 4; ++i)
        EXPECT_EQ(fills[i], mebibytes(3) + " ok") << outcome.describe();
    const long rest = refused_after(fills[4]);
    EXPECT_GE(rest, 0) << outcome.describe();
    EXPECT_LE(rest, 4 * mebibyte) << outcome.describe();
    EXPECT_EQ(fills[5], mebibytes(2) + " ok") << "what is removed is free for others";
}

TEST(Storage, FilesAreOneBudgetForAllPlaces) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;

    const Outcome outcome = probe_in(
        root.path(),
        {"--storage", "4M"},
        sequence(
            {{"files", "/tmp", "800"}, {"files", "/dev/shm", "2000"}, {"files", "/etc", "1"}}));

    const auto files = outcome.values("files");
    ASSERT_EQ(files.size(), 3U) << outcome.describe();
    EXPECT_EQ(files[0], "800 ok") << outcome.describe();
    const long made = refused_after(files[1]);
    EXPECT_GT(made, 0) << outcome.describe();
    EXPECT_LE(made, 1024 - 800) << outcome.describe();
    EXPECT_EQ(files[2], "0 ENOSPC") << outcome.describe();
}

TEST(Storage, DevHasNoRoomForFiles) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = probe_in("tmpfs", {}, {"files", "/dev", "10"});

    EXPECT_EQ(outcome.value("files"), "0 EROFS") << outcome.describe();
}

TEST(Storage, ADebianProgramIsToldThatTheDeviceIsFull) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run({"--fs",
                                 rootfs(),
                                 "--storage",
                                 "8M",
                                 "--",
                                 "dd",
                                 "if=/dev/zero",
                                 "of=/var/big",
                                 "bs=1M",
                                 "count=64"});

    EXPECT_EQ(outcome.code, 1) << outcome.describe();
    EXPECT_NE(outcome.err.find("No space left on device"), std::string::npos) << outcome.describe();
}

TEST(Storage, IsSaidToBeLargerThanTheMemory) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;
    const std::vector<std::string> larger = {"--storage", "256M", "--memory", "64M"};

    for (const std::string& mode : root_modes(root.path())) {
        std::vector<std::string> options = larger;
        options.insert(options.end(), {"--log-level", "warn"});
        const Outcome said = probe_in(mode, options, {"print", "ok"});
        EXPECT_EQ(said.out, "ok\n") << mode << said.describe();
        EXPECT_NE(said.err.find("warning"), std::string::npos) << mode << said.describe();
        EXPECT_NE(said.err.find("storage"), std::string::npos) << mode << said.describe();
    }
    const Outcome quiet = probe_in("tmpfs", larger, {"print", "ok"});
    EXPECT_EQ(quiet.err, "") << "a warning is not an error: " << quiet.describe();
}

TEST(Storage, RefusesWhatIsNoSize) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;

    for (const std::string& mode : root_modes(root.path()))
        for (const char* word : {"lots", "-1", "1X", "1M2", "99999999999999T", "4K", "0", "1e9"})
            EXPECT_EQ(not_a_refusal(run({"--fs", mode, "--storage", word, "--", "true"}), word), "")
                << mode;
    EXPECT_EQ(not_a_refusal(run({"--storage", "", "--", "true"}), "--storage"), "");
    EXPECT_EQ(not_a_refusal(run({"--storage", "1M", "--storage", "2M", "--", "true"}), "--storage"),
              "");
    EXPECT_EQ(not_a_refusal(run({"--storage"}), "--storage"), "");
}

} // namespace microbox::testing
