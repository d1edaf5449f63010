// SPDX-License-Identifier: MIT
// --fs DIR as a plain user: everything in it can be changed, whoever keeps the changes.
#include "own_root.hpp"
#include "tests/support/plain_user.hpp"

namespace microbox::testing {

TEST(UserOverlay, DirectoriesBelowCanBeRemovedAndMadeAgain) {
    MBX_NEEDS_PLAIN_USER();
    const OwnRoot root;
    const std::string before = root.data();

    const Outcome outcome = root.shell("rm -r /data/old && test ! -e /data/old && echo gone yes\n"
                                       "mkdir /data/old && echo made $(ls /data/old | wc -l)\n"
                                       "echo new > /data/old/a && echo names $(ls /data/old)\n"
                                       "rm -r /data/sub && mkdir -p /data/sub/deep\n"
                                       "echo deep $(ls /data/sub/deep | wc -l)\n"
                                       "rm -r /data && echo all $(ls -d /data 2>&1 | wc -w)\n");

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("gone"), "yes") << outcome.describe();
    EXPECT_EQ(outcome.value("made"), "0") << outcome.describe();
    EXPECT_EQ(outcome.value("names"), "a") << outcome.describe();
    EXPECT_EQ(outcome.value("deep"), "0") << outcome.describe();
    EXPECT_EQ(root.data(), before);
}

TEST(UserOverlay, WhatWasReplacedByARenameStaysRemoved) {
    MBX_NEEDS_PLAIN_USER();
    const OwnRoot root;

    const Outcome outcome =
        root.shell("echo new > /data/x && mv /data/x /data/old/a && rm /data/old/a\n"
                   "echo file $(ls /data/old)\n"
                   "rm -r /data/sub && echo new > /data/y && mv /data/y /data/sub && rm /data/sub\n"
                   "echo directory $(ls /data)\n");

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("file"), "b") << outcome.describe();
    EXPECT_EQ(outcome.value("directory"), "old") << outcome.describe();
}

TEST(UserOverlay, FilesCanBeChangedReplacedLinkedAndMoved) {
    MBX_NEEDS_PLAIN_USER();
    const OwnRoot root;
    const std::string before = root.data();

    const Outcome outcome = root.shell(
        "echo more >> /data/old/a && echo appended $(wc -l < /data/old/a)\n"
        "rm /data/old/b && test ! -e /data/old/b && echo other > /data/old/b\n"
        "echo replaced $(cat /data/old/b)\n"
        "ln /data/old/a /data/hard && echo two >> /data/hard\n"
        "echo linked $(wc -l < /data/old/a) $(stat -c %h /data/hard)\n"
        "mv /data/sub /data/moved && echo moved $(cat /data/moved/deep/file) $(ls /data)\n"
        "mkdir /fresh && touch /fresh/x && mv /fresh /fresher && echo fresh $(ls /fresher)\n");

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("appended"), "2") << outcome.describe();
    EXPECT_EQ(outcome.value("replaced"), "other") << outcome.describe();
    EXPECT_EQ(outcome.value("linked"), "3 2") << outcome.describe();
    EXPECT_EQ(outcome.value("moved"), "lower file hard moved old") << outcome.describe();
    EXPECT_EQ(outcome.value("fresh"), "x") << outcome.describe();
    EXPECT_EQ(root.data(), before);
}

TEST(UserOverlay, OwnersAndModesAreKeptAndSetuidDoesNotCount) {
    MBX_NEEDS_PLAIN_USER();
    const OwnRoot root;

    const Outcome outcome =
        root.shell("cp /usr/bin/id /data/id && chown 33:8 /data/id && chmod 4755 /data/id\n"
                   "stat -c 'new %u %g %a' /data/id\n"
                   "echo runs as $(/data/id -u)\n"
                   "chown 100 /data/old/a && stat -c 'old %u' /data/old/a\n"
                   "stat -c 'root %u %a' /\n");

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("new"), "33 8 4755") << outcome.describe();
    EXPECT_EQ(outcome.value("runs"), "as 0") << outcome.describe();
    EXPECT_EQ(outcome.value("old"), "100") << outcome.describe();
    EXPECT_EQ(outcome.value("root"), "0 755") << outcome.describe();
}

TEST(UserOverlay, FilesAndMountPointsOfOursAreMade) {
    MBX_NEEDS_PLAIN_USER();
    const OwnRoot root;
    const ScratchDirectory shared;
    std::filesystem::create_symlink("/data/old/a", root.path() + "/etc/hosts");

    const Outcome outcome = root.shell("echo hosts $(grep -c localhost /etc/hosts)\n"
                                       "echo target $(cat /data/old/a)\n"
                                       "echo y > /srv/made/here/x\n"
                                       "echo z >> /etc/hosts && echo writable yes\n",
                                       {"--mount-rw", shared.path() + ":/srv/made/here"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_NE(outcome.value("hosts"), "0") << outcome.describe();
    EXPECT_EQ(outcome.value("target"), "lower a") << outcome.describe();
    EXPECT_EQ(outcome.value("writable"), "yes") << outcome.describe();
    EXPECT_TRUE(std::filesystem::exists(shared.path() + "/x"));
    EXPECT_FALSE(std::filesystem::exists(root.path() + "/srv"));
}

TEST(UserOverlay, TheExitCodeIsTheCommands) {
    MBX_NEEDS_PLAIN_USER();
    const OwnRoot root;

    EXPECT_EQ(root.shell("exit 42").code, 42);
}

TEST(UserOverlay, IsTheKernelsWhereATmpfsKeepsItsMarks) {
    MBX_NEEDS_PLAIN_USER();
    const OwnRoot root;
    const bool kernels = tmpfs_keeps_marks();

    const Outcome outcome = root.shell(
        "sed -n 's/^[0-9]* [0-9]* [^ ]* [^ ]* \\/ \\([^ ]*\\) .*- \\([^ ]*\\) .*/top \\2 "
        "\\1/p' /proc/self/mountinfo");

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("top"),
              std::string(kernels ? "overlay" : "fuse.fuse-overlayfs") +
                  " rw,nosuid,nodev,relatime")
        << outcome.describe();
    EXPECT_EQ(outcome.err.find("through fuse-overlayfs") != std::string::npos, !kernels)
        << outcome.describe();
}

TEST(UserOverlay, ReadOnlyNeedsNoMarks) {
    MBX_NEEDS_PLAIN_USER();
    const OwnRoot root;

    const Outcome outcome =
        root.shell("rm -r /data/old 2>/dev/null || echo refused yes\n"
                   "grep -c '^[^ ]* / overlay ro,' /proc/self/mounts | sed 's/^/overlays /'\n"
                   "echo hosts $(grep -c localhost /etc/hosts)\n",
                   {"--readonly"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("refused"), "yes") << outcome.describe();
    EXPECT_EQ(outcome.value("overlays"), "1") << outcome.describe();
    EXPECT_NE(outcome.value("hosts"), "0") << outcome.describe();
}

TEST(UserOverlay, WhatIsWrittenEndsAtTheStorage) {
    MBX_NEEDS_PLAIN_USER();
    const OwnRoot root;

    const Outcome outcome = root.shell("head -c 6M /dev/zero > /data/big || echo full yes\n"
                                       "rm /data/big && echo again > /data/x && cat /data/x\n",
                                       {"--storage", "4M"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("full"), "yes") << outcome.describe();
}

} // namespace microbox::testing
