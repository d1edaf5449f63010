// SPDX-License-Identifier: MIT
// --fs DIR: everything can be changed inside, nothing of it reaches DIR.
#include "tests/support/root_modes.hpp"
#include "tests/support/sandbox.hpp"
#include "tests/support/tree_state.hpp"

#include <cstring>
#include <filesystem>
#include <fstream>

#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

using Names = std::vector<std::string>;

/// A tiny root with a directory of files in it: what a command finds and changes.
class FilledRoot : public TinyRoot {
public:
    FilledRoot() {
        std::filesystem::create_directories(at("/data/deep"));
        std::ofstream(at("/data/file")) << "lower";
        std::ofstream(at("/data/deep/other")) << "lower";
        std::ofstream(at("/owned")) << "x";
        if (!give_to(at("/owned"), 33, 42))
            ADD_FAILURE() << "chown";
    }

    [[nodiscard]] std::string at(const std::string& inside) const { return path() + inside; }

    /// A copy of the probe with this mode and owner.
    void program(const std::string& inside, mode_t mode, uid_t owner) const {
        std::filesystem::copy_file(probe_path(), at(inside));
        if (!give_to(at(inside), owner, owner) || ::chmod(at(inside).c_str(), mode) < 0)
            ADD_FAILURE() << "program";
    }
};

Outcome probe(const TinyRoot& root,
              const std::vector<std::vector<std::string>>& verbs,
              const Names& options = {}) {
    Names arguments = {"--fs", root.path()};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.insert(arguments.end(), {"--", "/probe"});
    const Names words = sequence(verbs);
    arguments.insert(arguments.end(), words.begin(), words.end());
    return run(arguments);
}

} // namespace

TEST(DirectoryRoot, EveryKindOfChangeWorksInsideAndLeavesTheDirectoryAlone) {
    MBX_NEEDS_ROOT();
    const FilledRoot root;
    const TreeState before = TreeState::take(root.path());

    const Outcome outcome = probe(root,
                                  {{"write", "/data/file", "upper"},
                                   {"write", "/new", "upper"},
                                   {"mkdir", "/data/made"},
                                   {"rename", "/data/file", "/data/renamed"},
                                   {"read", "/data/renamed"},
                                   {"print", ""},
                                   {"unlink", "/data/deep/other"},
                                   {"rmdir", "/data/deep"},
                                   {"stat", "/data/deep"},
                                   {"mkdir", "/data/deep"},
                                   {"list", "/data/deep"},
                                   {"chmod", "/owned", "4711"},
                                   {"link", "/owned", "/data/hard"},
                                   {"symlink", "/etc", "/data/soft"},
                                   {"mkdir", "/etc/sub"}});

    EXPECT_EQ(outcome.values("write"), (Names{"ok", "ok"})) << outcome.describe();
    for (const char* verb : {"rename", "unlink", "rmdir", "chmod", "link", "symlink"})
        EXPECT_EQ(outcome.value(verb), "ok") << verb << outcome.describe();
    EXPECT_NE(outcome.out.find("upper"), std::string::npos) << outcome.describe();
    EXPECT_EQ(outcome.value("stat"), "ENOENT") << outcome.describe();
    EXPECT_EQ(outcome.value("entry"), "") << "a directory made again is empty";
    EXPECT_EQ(changed(before, root.path()), "");
}

TEST(DirectoryRoot, WritesVanishWithTheSandbox) {
    MBX_NEEDS_ROOT();
    const FilledRoot root;

    const Outcome first = probe(root, {{"write", "/data/file", "upper"}, {"mkdir", "/made"}});
    EXPECT_EQ(first.value("write"), "ok") << first.describe();

    const Outcome second = probe(root, {{"stat", "/made"}, {"read", "/data/file"}});
    EXPECT_EQ(second.out, "stat ENOENT\nlower") << second.describe();
}

TEST(DirectoryRoot, AProgramOfADebianRootChangesNothingOfIt) {
    MBX_NEEDS_ROOT();
    const TreeState before = TreeState::take(rootfs() + "/etc");

    const Outcome outcome =
        run({"--fs",
             rootfs(),
             "--",
             "sh",
             "-ec",
             "echo x >> /etc/passwd; rm -r /etc/apt; mv /etc/issue /etc/y; "
             "chown 33:33 /etc/group; touch /etc/shadow; grep -c ^x /etc/passwd"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out, "1\n") << outcome.describe();
    EXPECT_EQ(changed(before, rootfs() + "/etc"), "");
}

TEST(DirectoryRoot, RenamingALowerDirectoryIsExdevAsDpkgExpects) {
    MBX_NEEDS_ROOT();
    const FilledRoot root;

    const Outcome outcome = probe(root,
                                  {{"rename", "/data/deep", "/data/moved"},
                                   {"mkdir", "/fresh"},
                                   {"rename", "/fresh", "/moved"}});

    EXPECT_EQ(outcome.values("rename"), (Names{"EXDEV", "ok"})) << outcome.describe();
}

TEST(DirectoryRoot, FilesKeepTheirOwners) {
    MBX_NEEDS_ROOT();
    const FilledRoot root;

    const Outcome outcome =
        probe(root, {{"stat", "/data/file"}, {"stat", "/owned"}, {"stat", "/"}});

    const Names stats = outcome.values("stat");
    ASSERT_EQ(stats.size(), 3U) << outcome.describe();
    EXPECT_EQ(stats[0], "file 0644 0 0 5");
    EXPECT_EQ(stats[1], "file 0644 33 42 1");
    EXPECT_EQ(stats[2].rfind("directory 0755 0 0 ", 0), 0U) << stats[2];
}

TEST(DirectoryRoot, OwnersUpToTheLastIdOfTheRangeCanBeGiven) {
    MBX_NEEDS_ROOT();
    const FilledRoot root;
    const TreeState before = TreeState::take(root.path());

    const Outcome outcome = probe(root,
                                  {{"chown", "/data/file", "33", "33"},
                                   {"chown", "/data/file", "42", "42"},
                                   {"chown", "/data/file", "65533", "65533"},
                                   {"stat", "/data/file"},
                                   {"chown", "/data/file", "65536", "65536"},
                                   {"write", "/data/x", "1"},
                                   {"chown", "/data/x", "65535", "65535"}});

    EXPECT_EQ(outcome.values("chown"), (Names{"ok", "ok", "ok", "EINVAL", "ok"}))
        << outcome.describe();
    EXPECT_EQ(outcome.value("stat"), "file 0644 65533 65533 5") << outcome.describe();
    EXPECT_EQ(changed(before, root.path()), "");
}

TEST(DirectoryRoot, AnOwnerBeyondTheRangeIsNobody) {
    MBX_NEEDS_ROOT();
    const FilledRoot root;
    ASSERT_EQ(::chown(root.at("/owned").c_str(), 70000, 70000), 0);
    ASSERT_EQ(::chmod(root.at("/owned").c_str(), 0600), 0);

    const Outcome outcome = probe(root, {{"stat", "/owned"}, {"read", "/owned"}});

    EXPECT_EQ(outcome.value("stat"), "file 0600 65534 65534 1") << outcome.describe();
    EXPECT_NE(outcome.value("read"), "")
        << "root inside has no power over it: " << outcome.describe();
}

TEST(DirectoryRoot, SetuidAndSetgidBitsHaveNoEffect) {
    MBX_NEEDS_ROOT();
    const FilledRoot root;
    root.program("/suid", 06755, 0);

    for (const char* ids : {"isolated", "host"}) {
        const Outcome outcome =
            probe(root, {{"exec", "/suid", "ids"}}, {"--user", "1000:1000", "--userns", ids});

        EXPECT_EQ(outcome.value("uid"), "1000 1000 1000") << ids << outcome.describe();
        EXPECT_EQ(outcome.value("gid"), "1000 1000 1000") << ids << outcome.describe();
    }
}

TEST(DirectoryRoot, FileCapabilitiesHaveNoEffect) {
    MBX_NEEDS_ROOT();
    const FilledRoot root;
    root.program("/capable", 0755, 0);
    vfs_cap_data all{};
    all.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE;
    all.data[0].permitted = ~0U;
    if (::setxattr(root.at("/capable").c_str(), "security.capability", &all, sizeof all, 0) < 0)
        GTEST_SKIP() << "needs file capabilities: " << std::strerror(errno);

    for (const char* ids : {"isolated", "host"}) {
        const Outcome outcome =
            probe(root, {{"exec", "/capable", "caps"}}, {"--user", "1000", "--userns", ids});

        EXPECT_EQ(outcome.value("CapEff"), "0000000000000000") << ids << outcome.describe();
        EXPECT_EQ(outcome.value("CapPrm"), "0000000000000000") << ids << outcome.describe();
    }
}

TEST(DirectoryRoot, DeviceNodesOfTheDirectoryAreDead) {
    MBX_NEEDS_ROOT();
    const FilledRoot root;
    ASSERT_EQ(::mknod(root.at("/zero").c_str(), S_IFCHR | 0666, makedev(1, 5)), 0);
    ASSERT_EQ(::chmod(root.at("/zero").c_str(), 0666), 0);

    for (const char* ids : {"isolated", "host"}) {
        const Outcome outcome =
            probe(root, {{"open", "/zero"}, {"open", "/dev/zero"}}, {"--userns", ids});

        EXPECT_EQ(outcome.values("open"), (Names{"EACCES", "ok"})) << ids << outcome.describe();
    }
}

TEST(DirectoryRoot, NoDeviceCanBeMade) {
    MBX_NEEDS_ROOT();
    const FilledRoot root;

    const Outcome outcome = probe(root,
                                  {{"mknod", "/null", "1", "3"},
                                   {"mknod", "/tmp/null", "1", "3"},
                                   {"mknod", "/run/null", "1", "3"}},
                                  {"--cap-add", "MKNOD"});

    EXPECT_EQ(outcome.values("mknod"), Names(3, "EPERM")) << outcome.describe();
}

TEST(DirectoryRoot, WithTheHostsIdsTheDirectoryIsAsUntouched) {
    MBX_NEEDS_ROOT();
    const FilledRoot root;
    const TreeState before = TreeState::take(root.path());

    const Outcome outcome = probe(root,
                                  {{"write", "/data/file", "upper"},
                                   {"chown", "/owned", "70000", "70000"},
                                   {"unlink", "/data/deep/other"},
                                   {"rmdir", "/data/deep"}},
                                  {"--userns", "host"});

    EXPECT_EQ(outcome.value("write"), "ok") << outcome.describe();
    EXPECT_EQ(outcome.value("chown"), "ok") << outcome.describe();
    EXPECT_EQ(outcome.value("rmdir"), "ok") << outcome.describe();
    EXPECT_EQ(changed(before, root.path()), "");
}

TEST(DirectoryRoot, MissingMountPointsAreMadeInsideOnly) {
    MBX_NEEDS_ROOT();
    const FilledRoot root;
    for (const char* name : {"/dev", "/proc", "/sys", "/tmp", "/run", "/etc"})
        std::filesystem::remove(root.at(name));
    const TreeState before = TreeState::take(root.path());

    const Outcome outcome = probe(root, {{"stat", "/proc/self"}, {"write", "/tmp/x", "1"}});

    EXPECT_EQ(outcome.value("write"), "ok") << outcome.describe();
    EXPECT_EQ(changed(before, root.path()), "");
}

} // namespace microbox::testing
