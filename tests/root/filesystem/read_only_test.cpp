// SPDX-License-Identifier: MIT
// --readonly: the root refuses every write, /tmp and /dev/shm still take them.
#include "tests/support/private_mounts.hpp"
#include "tests/support/root_modes.hpp"
#include "tests/support/sandbox.hpp"

#include <cstdlib>
#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

using Names = std::vector<std::string>;

} // namespace

TEST(ReadOnly, HoldsForEveryRootUnderBothNames) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;

    for (const std::string& mode : root_modes(root.path()))
        for (const char* option : {"--readonly", "--read-only"})
            for (const char* ids : {"isolated", "host"}) {
                const Outcome outcome = probe_in(mode,
                                                 {option, "--userns", ids},
                                                 sequence({{"write", "/x", "1"},
                                                           {"write", "/etc/x", "1"},
                                                           {"write", "/etc/passwd", "1"},
                                                           {"mkdir", "/usr/x"},
                                                           {"unlink", "/etc/hosts"},
                                                           {"write", "/tmp/x", "1"},
                                                           {"write", "/dev/shm/x", "1"}}));

                const std::string where =
                    mode + " " + option + " " + ids + " " + outcome.describe();
                EXPECT_EQ(outcome.values("write"), (Names{"EROFS", "EROFS", "EROFS", "ok", "ok"}))
                    << where;
                EXPECT_NE(outcome.value("mkdir"), "ok") << where;
                EXPECT_NE(outcome.value("unlink"), "ok") << where;
            }
}

TEST(ReadOnly, CannotBeTakenBackFromInside) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;

    for (const std::string& mode : root_modes(root.path())) {
        const Outcome outcome =
            probe_in(mode,
                     {"--readonly", "--cap-add", "ALL", "--seccomp", "off"},
                     sequence({{"remount", "/"}, {"umount", "/"}, {"write", "/x", "1"}}));

        EXPECT_NE(outcome.value("remount"), "ok") << mode << outcome.describe();
        EXPECT_EQ(outcome.value("write"), "EROFS") << mode << outcome.describe();
    }
}

TEST(ReadOnly, OfTheHostCoversEveryFileSystemBelow) {
    MBX_NEEDS_ROOT();
    ASSERT_TRUE(enter_private_mounts());
    std::string directory = "/var/tmp/microbox-test-XXXXXX";
    ASSERT_NE(::mkdtemp(directory.data()), nullptr);
    ASSERT_EQ(::chmod(directory.c_str(), 0755), 0);
    {
        const MountedFilesystem outer("tmpfs", directory, "mode=1777");
        ASSERT_TRUE(outer.mounted());
        std::filesystem::create_directory(directory + "/deep");
        const MountedFilesystem inner("tmpfs", directory + "/deep", "mode=1777");
        ASSERT_TRUE(inner.mounted());
        const auto attempts =
            sequence({{"write", directory + "/x", "1"}, {"write", directory + "/deep/x", "1"}});

        for (const char* ids : {"isolated", "host"}) {
            const Outcome sealed = probe_in("host", {"--readonly", "--userns", ids}, attempts);
            EXPECT_EQ(sealed.values("write"), (Names{"EROFS", "EROFS"})) << sealed.describe();
        }
        const Outcome open = probe_in("host", {}, attempts);
        EXPECT_EQ(open.values("write"), (Names{"ok", "ok"})) << open.describe();
    }
    std::filesystem::remove(directory);
}

TEST(ReadOnly, LeavesAWritableMountWritable) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;
    const ScratchDirectory shared;
    ASSERT_TRUE(give_to(shared.path(), 1000, 1000));

    for (const std::string& mode : {std::string("tmpfs"), root.path(), std::string("system")}) {
        const Outcome outcome = probe_in(
            mode,
            {"--readonly", "--mount-rw", shared.path() + ":/shared", "--tmpfs", "/more"},
            sequence(
                {{"write", "/shared/x", "1"}, {"write", "/more/x", "1"}, {"write", "/x", "1"}}));

        EXPECT_EQ(outcome.values("write"), (Names{"ok", "ok", "EROFS"}))
            << mode << outcome.describe();
    }
}

TEST(ReadOnly, TakesNoValue) {
    EXPECT_EQ(not_a_refusal(run({"--readonly=maybe", "--", "true"}), "readonly"), "");
}

} // namespace microbox::testing
