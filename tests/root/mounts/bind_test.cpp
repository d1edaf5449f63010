// SPDX-License-Identifier: MIT
// --mount-ro, --mount-rw and -v: what is bound where, in every root, and with which flags.
#include "tests/support/private_mounts.hpp"
#include "tests/support/root_modes.hpp"
#include "tests/support/sandbox.hpp"
#include "tests/support/tree_state.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

/// A directory that the sandbox's root may write when it is mounted for that.
class Shared : public ScratchDirectory {
public:
    Shared() {
        static_cast<void>(file("mark", "shared"));
        if (!give_to(path(), 1000, 1000))
            ADD_FAILURE() << "chown";
    }
};

/// Missing parents can be made in every root but the host's; there /tmp is the sandbox's own.
constexpr const char* anywhere = "/tmp/made/on/the/way";

} // namespace

TEST(Bind, ADirectoryAndAFileAreReadableInEveryRoot) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;
    const Shared shared;

    for (const std::string& mode : root_modes(root.path()))
        for (const char* option : {"--mount-ro", "--mount-rw", "-v", "--volume"})
            for (const char* ids : {"isolated", "host"}) {
                const std::string base = anywhere;
                const Outcome outcome = probe_in(mode,
                                                 {"--userns",
                                                  ids,
                                                  option,
                                                  shared.path() + ":" + base + "/dir",
                                                  option,
                                                  shared.path() + "/mark:" + base + "/file"},
                                                 sequence({{"read", base + "/dir/mark"},
                                                           {"stat", base + "/file"},
                                                           {"read", base + "/file"}}));

                EXPECT_EQ(outcome.code, 0) << mode << option << ids << outcome.describe();
                EXPECT_EQ(outcome.out.rfind("sharedstat file 0644 ", 0), 0U)
                    << mode << option << ids << outcome.describe();
            }
}

TEST(Bind, ReadOnlyRefusesEveryWriteAndChangesNothing) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;
    const Shared shared;
    const TreeState before = TreeState::take(shared.path());

    for (const std::string& mode : root_modes(root.path()))
        for (const Names& option : {Names{"--mount-ro", shared.path() + ":/tmp/m"},
                                    Names{"-v", shared.path() + ":/tmp/m:ro"}}) {
            Names options = option;
            options.insert(options.end(), {"--userns", "host"});
            const Outcome outcome = probe_in(mode,
                                             options,
                                             sequence({{"write", "/tmp/m/mark", "1"},
                                                       {"mkdir", "/tmp/m/x"},
                                                       {"unlink", "/tmp/m/mark"},
                                                       {"chmod", "/tmp/m/mark", "0777"},
                                                       {"chown", "/tmp/m/mark", "0", "0"},
                                                       {"remount", "/tmp/m"}}));
            for (const char* verb : {"write", "mkdir", "unlink", "chmod", "chown"})
                EXPECT_EQ(outcome.value(verb), "EROFS") << mode << outcome.describe();
            EXPECT_NE(outcome.value("remount"), "ok") << mode << outcome.describe();
        }
    EXPECT_EQ(changed(before, shared.path()), "");
}

TEST(Bind, ReadOnlyCoversTheMountsBelow) {
    MBX_NEEDS_ROOT();
    ASSERT_TRUE(enter_private_mounts());
    const TinyRoot root;
    const ScratchDirectory shared;
    const MountedFilesystem outer("tmpfs", shared.path(), "mode=0777");
    fs::create_directory(shared.path() + "/deep");
    const MountedFilesystem inner("tmpfs", shared.path() + "/deep", "mode=0777");
    ASSERT_TRUE(outer.mounted() && inner.mounted());
    static_cast<void>(shared.file("deep/mark", "below"));
    const auto verbs = sequence({{"write", "/tmp/m/x", "1"},
                                 {"write", "/tmp/m/deep/x", "1"},
                                 {"read", "/tmp/m/deep/mark"}});

    for (const std::string& mode : root_modes(root.path())) {
        const Outcome sealed = probe_in(mode, {"--mount-ro", shared.path() + ":/tmp/m"}, verbs);
        EXPECT_EQ(sealed.out, "write EROFS\nwrite EROFS\nbelow") << mode << sealed.describe();
    }
    const Outcome open = probe_in("tmpfs", {"--mount-rw", shared.path() + ":/tmp/m"}, verbs);
    EXPECT_EQ(open.out, "write ok\nwrite ok\nbelow") << open.describe();
}

TEST(Bind, NeitherSetuidNorDevicesWorkNorBelow) {
    MBX_NEEDS_ROOT();
    ASSERT_TRUE(enter_private_mounts());
    const TinyRoot root;
    const ScratchDirectory shared;
    const MountedFilesystem outer("tmpfs", shared.path(), "mode=0755");
    fs::create_directory(shared.path() + "/deep");
    const MountedFilesystem inner("tmpfs", shared.path() + "/deep", "mode=0755");
    ASSERT_TRUE(outer.mounted() && inner.mounted());
    for (const std::string& place : {shared.path(), shared.path() + "/deep"}) {
        fs::copy_file(probe_path(), place + "/suid");
        ASSERT_EQ(::chmod((place + "/suid").c_str(), 06755), 0);
        ASSERT_EQ(::mknod((place + "/zero").c_str(), S_IFCHR | 0666, makedev(1, 5)), 0);
        ASSERT_EQ(::chmod((place + "/zero").c_str(), 0666), 0);
    }

    for (const std::string& mode : root_modes(root.path()))
        for (const char* option : {"--mount-ro", "--mount-rw"})
            for (const char* place : {"/tmp/m", "/tmp/m/deep"}) {
                const Outcome outcome =
                    probe_in(mode,
                             {option, shared.path() + ":/tmp/m", "--user", "77:77"},
                             sequence({{"open", std::string(place) + "/zero"},
                                       {"exec", std::string(place) + "/suid", "ids"}}));

                EXPECT_EQ(outcome.value("open"), "EACCES") << mode << outcome.describe();
                EXPECT_EQ(outcome.value("uid"), "77 77 77") << mode << outcome.describe();
                EXPECT_EQ(outcome.value("gid"), "77 77 77") << mode << outcome.describe();
            }
}

TEST(Bind, EveryMountOfTheHostHasTheSafeFlags) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;
    const Shared shared;

    for (const std::string& mode : root_modes(root.path())) {
        const Outcome outcome =
            probe_in(mode, {"--mount-rw", shared.path() + ":/tmp/m"}, {"mounts"});
        std::istringstream lines(outcome.out);
        std::size_t seen = 0;
        for (std::string line; std::getline(lines, line); ++seen)
            EXPECT_NE(line.find("nosuid"), std::string::npos) << mode << line;
        EXPECT_GT(seen, 8U) << mode;
    }
}

TEST(Bind, TheOrderOfTheOptionsDoesNotMatterAndTheDeeperPathWins) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;
    const Shared outer;
    fs::create_directories(outer.path() + "/sub/sub");
    const Shared inner;
    static_cast<void>(inner.file("inner", "inner"));
    std::vector<Names> options = {{"--mount-ro", outer.path() + ":/a"},
                                  {"--mount-rw", inner.path() + ":/a/sub"},
                                  {"--tmpfs", "/a/sub/sub"}};
    fs::create_directory(inner.path() + "/sub");
    std::sort(options.begin(), options.end());

    do {
        Names line;
        for (const Names& option : options)
            line.insert(line.end(), option.begin(), option.end());
        const Outcome outcome = probe_in(root.path(),
                                         line,
                                         sequence({{"read", "/a/mark"},
                                                   {"read", "/a/sub/inner"},
                                                   {"write", "/a/x", "1"},
                                                   {"write", "/a/sub/sub/x", "1"},
                                                   {"list", "/a/sub/sub"}}));
        EXPECT_EQ(outcome.out, "sharedinnerwrite EROFS\nwrite ok\nentry x\n") << outcome.describe();
    } while (std::next_permutation(options.begin(), options.end()));
    EXPECT_TRUE(fs::is_empty(inner.path() + "/sub"));
}

TEST(Bind, ReplacesADefaultOnTheSameTargetAndItsFiles) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;
    const Shared shared;

    for (const std::string& mode : {std::string("tmpfs"), root.path(), std::string("system")})
        for (const char* target : {"/tmp", "/dev/shm", "/etc", "/root"}) {
            const TreeState before = TreeState::take(shared.path());
            const Outcome outcome = probe_in(
                mode, {"--mount-rw", shared.path() + ":" + target}, sequence({{"list", target}}));

            EXPECT_EQ(outcome.values("entry"), Names{"mark"})
                << mode << target << outcome.describe();
            EXPECT_EQ(changed(before, shared.path()), "") << mode << target;
        }
}

TEST(Bind, ReplacesASingleFileOfTheSandbox) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;
    const Shared shared;

    for (const std::string& mode : root_modes(root.path()))
        for (const char* target : {"/etc/hosts", "/etc/resolv.conf"}) {
            const Outcome outcome =
                probe_in(mode, {"--mount-ro", shared.path() + "/mark:" + target}, {"read", target});
            EXPECT_EQ(outcome.out, "shared") << mode << target << outcome.describe();
        }
}

TEST(Bind, OneSourceCanBeInTwoPlaces) {
    MBX_NEEDS_ROOT();
    const Shared shared;

    const Outcome outcome =
        probe_in("tmpfs",
                 {"--mount-ro", shared.path() + ":/a", "--mount-rw", shared.path() + ":/b"},
                 sequence({{"write", "/a/x", "1"}, {"write", "/b/x", "1"}, {"list", "/a"}}));

    EXPECT_EQ(outcome.out, "write EROFS\nwrite ok\nentry mark\nentry x\n") << outcome.describe();
}

TEST(Bind, ALinkOfTheCallersIsFollowedOnce) {
    MBX_NEEDS_ROOT();
    const Shared shared;
    const ScratchDirectory place;
    fs::create_symlink(shared.path() + "/mark", place.path() + "/link");

    const Outcome outcome = probe_in("tmpfs",
                                     {"--mount-ro", place.path() + "/link:/m"},
                                     sequence({{"stat", "/m"}, {"read", "/m"}}));

    EXPECT_EQ(outcome.value("stat").rfind("file ", 0), 0U) << outcome.describe();
    EXPECT_NE(outcome.out.find("shared"), std::string::npos) << outcome.describe();
}

TEST(Bind, ParentsThatAreMissingAreMadeInsideOnly) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;
    const Shared shared;
    const TreeState before = TreeState::take(root.path());

    const Outcome outcome =
        probe_in(root.path(),
                 {"--mount-ro",
                  shared.path() + ":/a/b/c",
                  "--mount-ro",
                  shared.path() + "/mark:/d/e/f",
                  "--tmpfs",
                  "/g/h"},
                 sequence({{"stat", "/a/b"}, {"stat", "/d/e"}, {"stat", "/g"}}));

    for (const std::string& stat : outcome.values("stat"))
        EXPECT_EQ(stat.rfind("directory 0755 0 0 ", 0), 0U) << outcome.describe();
    EXPECT_EQ(outcome.values("stat").size(), 3U) << outcome.describe();
    EXPECT_EQ(changed(before, root.path()), "");
}

TEST(Bind, InTheHostsTreeNothingIsMadeForIt) {
    MBX_NEEDS_ROOT();
    const Shared shared;

    for (const char* ids : {"isolated", "host"}) {
        const Outcome outcome =
            probe_in("host",
                     {"--userns", ids, "--mount-ro", shared.path() + ":/microbox-test-missing/a"},
                     {"print"});
        EXPECT_EQ(outcome.code, 125) << outcome.describe();
        EXPECT_NE(outcome.err.find("/microbox-test-missing/a"), std::string::npos)
            << outcome.describe();
    }
    EXPECT_FALSE(fs::exists("/microbox-test-missing"));
}

TEST(Bind, ReadOnlyShowsNothingThatTheHostMountsLater) {
    MBX_NEEDS_ROOT();
    const Shared shared;
    const std::string later = shared.path() + "/later";
    ASSERT_TRUE(fs::create_directory(later));
    ASSERT_TRUE(enter_private_mounts());
    // As systemd leaves the mounts of a host.
    ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_SHARED, nullptr), 0);
    Running running = start({"--fs",
                             "system",
                             "--mount-ro",
                             shared.path() + ":/data",
                             "--",
                             "/bin/sh",
                             "-c",
                             "echo READY; while [ ! -e /data/go ]; do sleep 0.05; done;"
                             "grep -E ' (shared|master):' /proc/self/mountinfo; ls /data/later"});
    ASSERT_TRUE(running.wait_for_output("READY")) << running.finish().describe();

    const MountedFilesystem mounted("tmpfs", later);
    ASSERT_TRUE(mounted.mounted());
    ASSERT_TRUE(fs::create_directory(later + "/secret"));
    static_cast<void>(shared.file("go", ""));

    const Outcome outcome = running.finish();
    EXPECT_EQ(outcome.out, "READY\n") << outcome.describe();
}

} // namespace microbox::testing
