// SPDX-License-Identifier: MIT
// --fs DIR under every name, on other file systems, with mounts below it; and what is no root at
// all.
#include "tests/support/private_mounts.hpp"
#include "tests/support/root_modes.hpp"
#include "tests/support/sandbox.hpp"
#include "tests/support/tree_state.hpp"

#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

/// A root with the probe alone, at a path of the test's choice.
void make_root(const std::string& directory) {
    fs::create_directories(directory + "/etc");
    fs::copy_file(probe_path(), directory + "/probe");
}

Outcome hello(const std::string& directory, const Options& options = {}) {
    return run({"--fs", directory, "--", "/probe", "print", "hello"}, options);
}

} // namespace

TEST(DirectoryName, MayHoldAnyCharacter) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory place;

    for (const char* name : {"two words",
                             "a,b",
                             "a:b",
                             "a=b",
                             "a\nb",
                             "a\\b",
                             "a\"b",
                             "a'b",
                             "a\\040b",
                             "-x",
                             "*",
                             "\xc3\xbc",
                             "\xff",
                             "$HOME",
                             "tmpfs "}) {
        const std::string directory = place.path() + "/" + name;
        make_root(directory);
        EXPECT_EQ(hello(directory).out, "hello\n") << name << hello(directory).describe();
    }
}

TEST(DirectoryName, MayBeRelativeAndEndInSlashes) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory place;
    make_root(place.path() + "/root");
    Options above;
    above.directory = place.path();
    Options within;
    within.directory = place.path() + "/root";

    for (const char* name :
         {"root/", "./root", "./root//", ".//root/.", "root/../root", "root/etc/.."})
        EXPECT_EQ(hello(name, above).out, "hello\n") << name;
    for (const char* name : {".", "./", "../root", "etc/.."})
        EXPECT_EQ(hello(name, within).out, "hello\n") << name;
    EXPECT_EQ(hello("//" + place.path() + "///root///").out, "hello\n");
}

TEST(DirectoryName, OfAModeIsTheModeUnlessItIsWrittenAsAPath) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory place;
    make_root(place.path() + "/system");
    Options here;
    here.directory = place.path();

    EXPECT_EQ(hello("./system", here).out, "hello\n");
    EXPECT_EQ(hello("system", here).code, 127) << "the host's programs, which have no /probe";
}

TEST(DirectoryName, MayBeALinkOfTheCallers) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;
    const ScratchDirectory place;
    fs::create_symlink(root.path(), place.path() + "/link");

    EXPECT_EQ(hello(place.path() + "/link").out, "hello\n");
    EXPECT_EQ(hello(place.path() + "/link/").out, "hello\n");
}

TEST(DirectoryName, MayBeVeryLong) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory place;
    std::string directory = place.path();
    while (directory.size() < 3500)
        directory += "/" + std::string(200, 'x');
    make_root(directory);

    EXPECT_EQ(hello(directory).out, "hello\n") << hello(directory).describe();
}

TEST(DirectoryName, LongerThanThePathLimitIsRefused) {
    MBX_NEEDS_ROOT();
    std::string longer;
    while (longer.size() < 5000)
        longer += "/" + std::string(200, 'x');

    EXPECT_EQ(not_a_refusal(hello(longer), "/xxx"), "");
    EXPECT_EQ(not_a_refusal(hello("/" + std::string(300, 'x')), "/xxx"), "");
}

TEST(DirectoryOn, AnotherFileSystem) {
    MBX_NEEDS_ROOT();
    ASSERT_TRUE(enter_private_mounts());
    const ScratchDirectory place;
    const MountedFilesystem memory("tmpfs", place.path(), "mode=0755");
    ASSERT_TRUE(memory.mounted());
    make_root(place.path() + "/root");

    const Outcome outcome = run({"--fs",
                                 place.path() + "/root",
                                 "--",
                                 "/probe",
                                 "sequence",
                                 "stat",
                                 "/probe",
                                 "+",
                                 "write",
                                 "/etc/x",
                                 "1"});

    EXPECT_EQ(outcome.value("write"), "ok") << outcome.describe();
    // A tmpfs takes id maps since Linux 6.3.
    if (outcome.err.find("cannot be id-mapped") == std::string::npos) {
        EXPECT_EQ(outcome.value("stat").rfind("file 0755 0 0 ", 0), 0U) << outcome.describe();
    }
    EXPECT_FALSE(fs::exists(place.path() + "/root/etc/x"));
}

TEST(DirectoryOn, AFileSystemWithoutIdMapsRunsAndSaysSo) {
    MBX_NEEDS_ROOT();
    ASSERT_TRUE(enter_private_mounts());
    const TinyRoot lower;
    const ScratchDirectory place;
    const MountedFilesystem memory("tmpfs", place.path(), "mode=0755");
    ASSERT_TRUE(memory.mounted());
    for (const char* name : {"upper", "work", "root"})
        fs::create_directory(place.path() + "/" + name);
    const MountedFilesystem overlay("overlay",
                                    place.path() + "/root",
                                    "lowerdir=" + lower.path() + ",upperdir=" + place.path() +
                                        "/upper,workdir=" + place.path() + "/work");
    if (!overlay.mounted())
        GTEST_SKIP() << "needs an overlay on " << lower.path();

    const Outcome outcome = hello(place.path() + "/root");

    EXPECT_EQ(outcome.out, "hello\n") << outcome.describe();
    EXPECT_NE(outcome.err.find("weakened"), std::string::npos) << outcome.describe();
    EXPECT_TRUE(fs::is_empty(place.path() + "/upper"));
}

TEST(DirectoryOn, MountsBelowItAreNotShown) {
    MBX_NEEDS_ROOT();
    ASSERT_TRUE(enter_private_mounts());
    const TinyRoot root;
    fs::create_directory(root.path() + "/data");
    const MountedFilesystem below("tmpfs", root.path() + "/data", "mode=0777");
    ASSERT_TRUE(below.mounted());
    std::ofstream(root.path() + "/data/hidden") << "x";
    const MountedFilesystem etc("tmpfs", root.path() + "/etc", "mode=0777");
    ASSERT_TRUE(etc.mounted());

    const Outcome outcome = run({"--fs",
                                 root.path(),
                                 "--",
                                 "/probe",
                                 "sequence",
                                 "write",
                                 "/data/x",
                                 "1",
                                 "+",
                                 "list",
                                 "/data"});

    EXPECT_EQ(outcome.values("entry"), Names{"x"}) << outcome.describe();
    EXPECT_FALSE(fs::exists(root.path() + "/data/x"));
    EXPECT_TRUE(fs::is_empty(root.path() + "/etc"));
}

TEST(FsRefuses, WhatIsNoRootFileSystem) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory place;
    const std::string file = place.file("file", "x");
    fs::create_directory(place.path() + "/empty");
    fs::create_symlink("nowhere", place.path() + "/dangling");
    fs::create_symlink("loop", place.path() + "/loop");
    ASSERT_EQ(::mkfifo((place.path() + "/pipe").c_str(), 0600), 0);

    for (const std::string& directory : {place.path() + "/missing",
                                         file,
                                         file + "/below",
                                         place.path() + "/empty",
                                         place.path() + "/dangling",
                                         place.path() + "/loop",
                                         place.path() + "/pipe",
                                         std::string("/proc"),
                                         std::string("/proc/self/root"),
                                         std::string("/sys"),
                                         std::string("./missing")})
        EXPECT_EQ(not_a_refusal(hello(directory), directory), "");
    EXPECT_EQ(not_a_refusal(hello("/"), "--fs host"), "");
    EXPECT_EQ(not_a_refusal(hello("nonsense"), "nonsense"), "");
    EXPECT_NE(hello("nonsense").err.find("tmpfs"), std::string::npos) << "what would be right";
    EXPECT_EQ(not_a_refusal(hello(""), "--fs"), "");
    EXPECT_EQ(not_a_refusal(run({"--fs"}), "--fs"), "");
    EXPECT_EQ(not_a_refusal(run({"--fs", "tmpfs", "--fs", "system", "--", "true"}), "--fs"), "");
}

TEST(FsRefuses, LeavesNothingBehindWhenItDoes) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;
    fs::remove(root.path() + "/etc");
    fs::create_symlink("/nowhere", root.path() + "/etc");
    const TreeState before = TreeState::take(root.path());

    EXPECT_EQ(hello(root.path()).code, 125);

    EXPECT_EQ(changed(before, root.path()), "");
}

TEST(FsRefuses, ADirectoryThatItsCallerCannotSearch) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory place;
    make_root(place.path() + "/closed/root");
    ASSERT_EQ(::chmod((place.path() + "/closed").c_str(), 0700), 0);
    Options somebody;
    somebody.user = 65534;

    // What the plan of a plain user says; a run needs root.
    const Outcome outcome =
        run({"plan", "--fs", place.path() + "/closed/root", "--", "true"}, somebody);

    EXPECT_EQ(not_a_refusal(outcome, "Permission denied"), "");
}

} // namespace microbox::testing
