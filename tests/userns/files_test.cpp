// SPDX-License-Identifier: MIT
// Files that microbox writes into a root: new inodes, never through what a hostile root has put
// there.
#include "core/child/files.hpp"
#include "tests/userns/own_namespaces.hpp"

#include <cerrno>

namespace microbox::child::testing {

class Files : public OwnNamespaces {};

TEST_F(Files, AFileReplacesALinkAndTheLinksTargetStaysAsItIs) {
    inside([this] {
        link(outside("/file"), root("/etc/resolv.conf"));

        EXPECT_EQ(make_file(registers_, "/etc/resolv.conf", "mine", 4, 0644), 0);

        EXPECT_EQ(text_of(outside("/file")), "untouched");
        EXPECT_FALSE(is_link(root("/etc/resolv.conf")));
        EXPECT_EQ(text_of(root("/etc/resolv.conf")), "mine");
    });
}

TEST_F(Files, AFileReplacesAHardLinkedFileByAnInodeOfItsOwn) {
    inside([this] {
        ASSERT_EQ(::link(outside("/file").c_str(), root("/etc/hosts").c_str()), 0);

        EXPECT_EQ(make_file(registers_, "/etc/hosts", "mine", 4, 0644), 0);

        EXPECT_EQ(text_of(outside("/file")), "untouched");
        EXPECT_EQ(text_of(root("/etc/hosts")), "mine");
    });
}

TEST_F(Files, ALinkInPlaceOfTheDirectoryStaysInside) {
    inside([this] {
        ASSERT_EQ(::rmdir(root("/etc").c_str()), 0);
        link(outside(), root("/etc"));

        EXPECT_NE(make_file(registers_, "/etc/hosts", "mine", 4, 0644), 0);

        EXPECT_FALSE(exists(outside("/hosts")));
    });
}

TEST_F(Files, ADirectoryInPlaceOfAFileIsRefused) {
    inside([this] {
        ASSERT_EQ(::mkdir(root("/etc/hosts").c_str(), 0755), 0);

        EXPECT_EQ(make_file(registers_, "/etc/hosts", "mine", 4, 0644), -EISDIR);
    });
}

TEST_F(Files, AnEmptyFileIsAFile) {
    inside([this] {
        EXPECT_EQ(make_file(registers_, "/etc/empty", "", 0, 0600), 0);

        EXPECT_TRUE(exists(root("/etc/empty")));
    });
}

TEST_F(Files, ALinkReplacesWhatIsThere) {
    inside([this] {
        link(outside("/file"), root("/etc/mtab"));

        EXPECT_EQ(make_link(registers_, "/etc/mtab", "/proc/mounts"), 0);

        EXPECT_EQ(std::filesystem::read_symlink(root("/etc/mtab")), "/proc/mounts");
    });
}

TEST_F(Files, ADirectoryThatIsThereIsLeftAlone) {
    inside([this] {
        put(root("/etc/kept"), "x");

        EXPECT_EQ(make_directory(registers_, "/etc", 0700), 0);

        EXPECT_EQ(text_of(root("/etc/kept")), "x");
    });
}

TEST_F(Files, ACoverLiesOverAFileAndLeavesIt) {
    inside([this] {
        put(root("/etc/hosts"), "the host's");

        EXPECT_EQ(cover_file(registers_, "/etc/hosts", "mine", 4, 1), 0);

        EXPECT_EQ(text_of(root("/etc/hosts")), "mine");
        ASSERT_EQ(::umount2(root("/etc/hosts").c_str(), MNT_DETACH), 0);
        EXPECT_EQ(text_of(root("/etc/hosts")), "the host's");
    });
}

TEST_F(Files, ACoverCannotBeWritten) {
    inside([this] {
        put(root("/etc/hosts"), "the host's");
        ASSERT_EQ(cover_file(registers_, "/etc/hosts", "mine", 4, 1), 0);

        EXPECT_LT(::open(root("/etc/hosts").c_str(), O_WRONLY | O_CLOEXEC), 0);
        EXPECT_EQ(errno, EROFS);
    });
}

TEST_F(Files, ACoverOverNothingMakesNothing) {
    inside([this] {
        EXPECT_EQ(cover_file(registers_, "/etc/none", "mine", 4, 1), 0);

        EXPECT_FALSE(exists(root("/etc/none")));
    });
}

TEST_F(Files, ADirectoryThatIsNoProcIsNotTaken) {
    inside([this] {
        ASSERT_EQ(::mkdir(root("/proc").c_str(), 0755), 0);

        EXPECT_EQ(take_proc(registers_), -ENODEV);
        EXPECT_EQ(registers_.proc, -1);
    });
}

TEST_F(Files, ALinkThatPosesAsProcIsNotTaken) {
    inside([this] {
        link("/etc", root("/proc"));

        EXPECT_EQ(take_proc(registers_), -ELOOP);
    });
}

} // namespace microbox::child::testing
