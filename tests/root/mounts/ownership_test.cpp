// SPDX-License-Identifier: MIT
// --mount-rw: whose files are they? Inside root's, outside the owner's of the source, never host
// root's unless that was asked for.
#include "tests/support/private_mounts.hpp"
#include "tests/support/root_modes.hpp"
#include "tests/support/sandbox.hpp"

#include <filesystem>

#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

constexpr uid_t first_of_ranges = 100'000;

class Owned : public ScratchDirectory {
public:
    explicit Owned(uid_t owner) {
        static_cast<void>(file("mark", "owned"));
        for (const std::string& name : {path(), path() + "/mark"})
            if (!give_to(name, owner, owner))
                ADD_FAILURE() << "chown";
    }

    [[nodiscard]] uid_t owner_of(const std::string& name) const { return look(name).st_uid; }

    [[nodiscard]] gid_t group_of(const std::string& name) const { return look(name).st_gid; }

    [[nodiscard]] mode_t mode_of(const std::string& name) const {
        return look(name).st_mode & 07777U;
    }

private:
    [[nodiscard]] struct stat look(const std::string& name) const {
        struct stat status {};

        if (::lstat((path() + "/" + name).c_str(), &status) < 0)
            ADD_FAILURE() << name << " is missing";
        return status;
    }
};

/// The option with the directory on /tmp/m, which can be made in every root.
Names writable(const Owned& directory, const std::string& words = {}) {
    return {"--mount-rw", directory.path() + ":/tmp/m" + words};
}

} // namespace

TEST(Ownership, RootOfTheSandboxIsTheOwnerOfTheSource) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;

    for (const std::string& mode : root_modes(root.path())) {
        const Owned shared(1000);
        const Outcome outcome = probe_in(mode,
                                         writable(shared),
                                         sequence({{"stat", "/tmp/m"},
                                                   {"stat", "/tmp/m/mark"},
                                                   {"write", "/tmp/m/new", "1"},
                                                   {"stat", "/tmp/m/new"},
                                                   {"write", "/tmp/m/mark", "changed"},
                                                   {"chmod", "/tmp/m/mark", "0600"},
                                                   {"rename", "/tmp/m/mark", "/tmp/m/renamed"},
                                                   {"mkdir", "/tmp/m/dir"}}));

        for (const std::string& stat : outcome.values("stat"))
            EXPECT_NE(stat.find(" 0 0 "), std::string::npos) << mode << outcome.describe();
        for (const char* verb : {"chmod", "rename", "mkdir"})
            EXPECT_EQ(outcome.value(verb), "ok") << mode << outcome.describe();
        EXPECT_EQ(outcome.values("write"), (Names{"ok", "ok"})) << mode << outcome.describe();
        for (const char* name : {"new", "renamed", "dir"}) {
            EXPECT_EQ(shared.owner_of(name), 1000U) << mode << name;
            EXPECT_EQ(shared.group_of(name), 1000U) << mode << name;
        }
    }
}

TEST(Ownership, OtherIdsOfTheSandboxLandInItsRange) {
    MBX_NEEDS_ROOT();
    const Owned shared(1000);
    ASSERT_EQ(::chmod(shared.path().c_str(), 0777), 0);

    const Outcome given = probe_in("tmpfs",
                                   writable(shared),
                                   sequence({{"write", "/tmp/m/a", "1"},
                                             {"chown", "/tmp/m/a", "33", "42"},
                                             {"stat", "/tmp/m/a"},
                                             {"write", "/tmp/m/b", "1"},
                                             {"chown", "/tmp/m/b", "1000", "1000"}}));
    EXPECT_EQ(given.values("chown"), (Names{"ok", "ok"})) << given.describe();
    EXPECT_EQ(given.value("stat"), "file 0644 33 42 1") << given.describe();
    EXPECT_GE(shared.owner_of("a"), first_of_ranges);
    EXPECT_GE(shared.group_of("a"), first_of_ranges);
    EXPECT_EQ(shared.group_of("a") - shared.owner_of("a"), 42U - 33U);
    EXPECT_GE(shared.owner_of("b"), first_of_ranges) << "1000 inside is not 1000 of the host";

    Names options = writable(shared);
    options.insert(options.end(), {"--user", "5:6"});
    const Outcome made = probe_in("tmpfs", options, {"write", "/tmp/m/c", "1"});
    EXPECT_EQ(made.value("write"), "ok") << made.describe();
    EXPECT_GE(shared.owner_of("c"), first_of_ranges);
}

TEST(Ownership, FilesOfThirdPartiesAreNobodysAndClosed) {
    MBX_NEEDS_ROOT();
    const Owned shared(1000);
    static_cast<void>(shared.file("roots", "secret"));
    ASSERT_EQ(::chmod((shared.path() + "/roots").c_str(), 0600), 0);

    const Outcome outcome = probe_in("tmpfs",
                                     writable(shared),
                                     sequence({{"stat", "/tmp/m/roots"},
                                               {"read", "/tmp/m/roots"},
                                               {"chmod", "/tmp/m/roots", "0666"},
                                               {"chown", "/tmp/m/roots", "0", "0"}}));

    EXPECT_EQ(outcome.value("stat"), "file 0600 65534 65534 6") << outcome.describe();
    EXPECT_EQ(outcome.value("read"), "EACCES") << outcome.describe();
    EXPECT_NE(outcome.value("chmod"), "ok") << outcome.describe();
    EXPECT_NE(outcome.value("chown"), "ok") << outcome.describe();
    EXPECT_EQ(shared.owner_of("roots"), 0U);
}

TEST(Ownership, OfADirectoryOfRootsIsSaidAndNothingCanBeWritten) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;

    for (const std::string& mode : root_modes(root.path())) {
        const Owned shared(0);
        Names options = writable(shared);
        options.insert(options.end(), {"--log-level", "warn"});
        const Outcome outcome = probe_in(mode,
                                         options,
                                         sequence({{"write", "/tmp/m/new", "1"},
                                                   {"write", "/tmp/m/mark", "1"},
                                                   {"read", "/tmp/m/mark"}}));

        EXPECT_EQ(outcome.out, "write EACCES\nwrite EACCES\nowned") << mode << outcome.describe();
        EXPECT_NE(outcome.err.find(":owner"), std::string::npos) << mode << outcome.describe();
        EXPECT_NE(outcome.err.find(shared.path()), std::string::npos) << mode << outcome.describe();
    }
}

TEST(Ownership, OnRequestRootIsRootThereAndThatIsSaidAtEveryLevel) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;

    for (const std::string& mode : root_modes(root.path())) {
        const Owned shared(0);
        const Outcome outcome =
            probe_in(mode, writable(shared, ":owner"), {"write", "/tmp/m/new", "1"});

        EXPECT_EQ(outcome.value("write"), "ok") << mode << outcome.describe();
        EXPECT_EQ(shared.owner_of("new"), 0U) << mode;
        EXPECT_NE(outcome.err.find("weakened"), std::string::npos) << mode << outcome.describe();
        EXPECT_NE(outcome.err.find("setuid"), std::string::npos) << mode << outcome.describe();
    }
}

TEST(Ownership, ASetuidFileThatIsLeftIsTheOwnersNeverRoots) {
    MBX_NEEDS_ROOT();
    const Owned shared(1000);

    const Outcome outcome = probe_in("tmpfs",
                                     writable(shared),
                                     sequence({{"write", "/tmp/m/left", "1"},
                                               {"chmod", "/tmp/m/left", "4755"},
                                               {"stat", "/tmp/m/left"}}));

    EXPECT_EQ(outcome.value("stat"), "file 4755 0 0 1") << outcome.describe();
    EXPECT_EQ(shared.mode_of("left"), 04755U);
    EXPECT_EQ(shared.owner_of("left"), 1000U);
}

TEST(Ownership, WithTheHostsIdsItIsTheHosts) {
    MBX_NEEDS_ROOT();
    const Owned shared(0);
    Names options = writable(shared);
    options.insert(options.end(), {"--userns", "host"});

    const Outcome outcome = probe_in(
        "tmpfs",
        options,
        sequence({{"write", "/tmp/m/new", "1"}, {"chown", "/tmp/m/mark", "70000", "70000"}}));

    EXPECT_EQ(outcome.value("write"), "ok") << outcome.describe();
    EXPECT_EQ(outcome.value("chown"), "ok") << outcome.describe();
    EXPECT_EQ(shared.owner_of("new"), 0U);
    EXPECT_EQ(shared.owner_of("mark"), 70000U);
}

TEST(Ownership, OfASingleFileFollowsTheFile) {
    MBX_NEEDS_ROOT();
    const Owned shared(1000);

    const Outcome outcome =
        probe_in("tmpfs",
                 {"--mount-rw", shared.path() + "/mark:/m"},
                 sequence({{"stat", "/m"}, {"write", "/m", "changed"}, {"unlink", "/m"}}));

    EXPECT_EQ(outcome.value("stat"), "file 0644 0 0 5") << outcome.describe();
    EXPECT_EQ(outcome.value("write"), "ok") << outcome.describe();
    EXPECT_EQ(outcome.value("unlink"), "EBUSY") << outcome.describe();
    EXPECT_EQ(shared.owner_of("mark"), 1000U);
}

TEST(Ownership, AReadOnlyMountShowsTheOwnersThatTheFilesHave) {
    MBX_NEEDS_ROOT();
    const Owned shared(1000);
    static_cast<void>(shared.file("roots", "x"));
    ASSERT_EQ(::chmod((shared.path() + "/roots").c_str(), 0600), 0);

    const Outcome outcome = probe_in("tmpfs",
                                     {"--mount-ro", shared.path() + ":/m"},
                                     sequence({{"stat", "/m/mark"}, {"stat", "/m/roots"}}));

    EXPECT_EQ(outcome.values("stat"), (Names{"file 0644 1000 1000 5", "file 0600 0 0 1"}))
        << outcome.describe();
}

TEST(Ownership, ADirectoryThatNeedsNoPowerOfRootsIsReachedBehindAClosedOne) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory closed;
    fs::create_directory(closed.path() + "/open");
    ASSERT_EQ(::chown((closed.path() + "/open").c_str(), 1000, 1000), 0);
    ASSERT_EQ(::chmod(closed.path().c_str(), 0700), 0);

    const Outcome outcome = probe_in("tmpfs",
                                     {"--mount-rw", closed.path() + "/open:/m"},
                                     sequence({{"write", "/m/x", "1"}, {"list", "/m/.."}}));

    EXPECT_EQ(outcome.value("write"), "ok") << outcome.describe();
}

TEST(Ownership, OnAFileSystemWithoutIdMapsIsSaid) {
    MBX_NEEDS_ROOT();
    ASSERT_TRUE(enter_private_mounts());
    const Owned lower(1000);
    const ScratchDirectory place;
    const MountedFilesystem memory("tmpfs", place.path(), "mode=0755");
    ASSERT_TRUE(memory.mounted());
    for (const char* name : {"upper", "work", "root"})
        fs::create_directory(place.path() + "/" + name);
    ASSERT_EQ(::chown((place.path() + "/upper").c_str(), 1000, 1000), 0);
    const MountedFilesystem overlay("overlay",
                                    place.path() + "/root",
                                    "lowerdir=" + lower.path() + ",upperdir=" + place.path() +
                                        "/upper,workdir=" + place.path() + "/work");
    if (!overlay.mounted())
        GTEST_SKIP() << "needs an overlay on " << lower.path();

    const Outcome outcome =
        probe_in("tmpfs", {"--mount-rw", place.path() + "/root:/m"}, {"write", "/m/x", "1"});

    EXPECT_EQ(outcome.value("write"), "EACCES") << outcome.describe();
    EXPECT_NE(outcome.err.find("id-mapped"), std::string::npos) << outcome.describe();
}

} // namespace microbox::testing
