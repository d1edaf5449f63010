// SPDX-License-Identifier: MIT
// What each --fs shows of the host, and what it does not.
#include "tests/support/root_modes.hpp"
#include "tests/support/sandbox.hpp"

#include <algorithm>
#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

using Names = std::vector<std::string>;

Names listing(const Outcome& outcome) {
    Names names = outcome.values("entry");
    std::sort(names.begin(), names.end());
    return names;
}

bool holds(const Names& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// A directory of the host outside /tmp and /run, which every sandbox has of its own.
class HostDirectory {
public:
    HostDirectory() {
        if (!::mkdtemp(path_.data()) || ::chmod(path_.c_str(), 0755) < 0)
            path_.clear();
    }

    HostDirectory(const HostDirectory&) = delete;
    HostDirectory& operator=(const HostDirectory&) = delete;
    HostDirectory(HostDirectory&&) = delete;
    HostDirectory& operator=(HostDirectory&&) = delete;

    ~HostDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_ = "/var/tmp/microbox-test-XXXXXX";
};

} // namespace

TEST(TmpfsRoot, HoldsTheBasicsAndNothingElse) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = probe_in("tmpfs", {}, {"list", "/"});

    EXPECT_EQ(listing(outcome), (Names{"dev", "etc", "proc", "root", "run", "tmp"}))
        << outcome.describe();
}

TEST(TmpfsRoot, IsWhatALineWithoutFsGets) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({}, {"list", "/"});

    EXPECT_EQ(listing(outcome), (Names{"dev", "etc", "probe", "proc", "root", "run", "tmp"}))
        << outcome.describe();
}

TEST(TmpfsRoot, SaysWhatToDoWhenTheCommandIsNotThere) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run({"--fs", "tmpfs", "--", "ls"});

    EXPECT_EQ(outcome.code, 127) << outcome.describe();
    EXPECT_NE(outcome.err.find("--fs system"), std::string::npos) << outcome.describe();
}

TEST(DirectoryRoot, HoldsWhatTheDirectoryHolds) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;

    const Outcome outcome = probe_in(root.path(), {}, {"list", "/"});

    EXPECT_EQ(listing(outcome),
              (Names{"dev", "etc", "probe", "proc", "root", "run", "sys", "tmp", "usr"}))
        << outcome.describe();
}

TEST(DirectoryRoot, ADebianHasItsOwnPrograms) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run({"--fs", rootfs(), "--", "cat", "/etc/debian_version"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_FALSE(outcome.out.empty());
}

TEST(SystemRoot, HasTheProgramsAndNothingElse) {
    MBX_NEEDS_ROOT();

    const Outcome programs = run({"--fs", "system", "--", "sh", "-c", "ls / && id -un"});
    EXPECT_EQ(programs.code, 0) << programs.describe();
    EXPECT_NE(programs.out.find("root\n"), std::string::npos) << programs.describe();

    const Outcome top = probe_in("system", {}, {"list", "/"});
    const Names allowed = {"bin",
                           "dev",
                           "etc",
                           "lib",
                           "lib32",
                           "lib64",
                           "libx32",
                           "proc",
                           "root",
                           "run",
                           "sbin",
                           "sys",
                           "tmp",
                           "usr",
                           "var"};
    for (const std::string& name : listing(top))
        EXPECT_TRUE(holds(allowed, name)) << name;
}

TEST(SystemRoot, HasNoSecretsAndNoHomes) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = probe_in("system",
                                     {},
                                     sequence({{"stat", "/etc/shadow"},
                                               {"stat", "/etc/ssh"},
                                               {"stat", "/etc/ssl/private"},
                                               {"stat", "/home"},
                                               {"stat", "/var/lib"},
                                               {"stat", "/etc/machine-id"}}));

    EXPECT_EQ(outcome.values("stat"), Names(6, "ENOENT")) << outcome.describe();
}

TEST(SystemRoot, IsReadOnlyButForWhatProgramsWrite) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = probe_in("system",
                                     {},
                                     sequence({{"write", "/x", "1"},
                                               {"write", "/etc/x", "1"},
                                               {"write", "/usr/bin/x", "1"},
                                               {"write", "/root/x", "1"},
                                               {"write", "/var/tmp/x", "1"},
                                               {"write", "/tmp/x", "1"},
                                               {"write", "/dev/shm/x", "1"}}));

    EXPECT_EQ(outcome.values("write"), (Names{"EROFS", "EROFS", "EROFS", "ok", "ok", "ok", "ok"}))
        << outcome.describe();
}

TEST(SystemRoot, HasItsOwnAccounts) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = probe_in("system", {"--user", "1234:77"}, {"read", "/etc/passwd"});

    EXPECT_EQ(outcome.out.rfind("root:x:0:0:", 0), 0U) << outcome.describe();
    EXPECT_NE(outcome.out.find("user:x:1234:77:"), std::string::npos) << outcome.describe();
    EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 3) << outcome.describe();
}

TEST(HostRoot, ShowsFilesAsNobodysAndProcessesNotAtAll) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = probe_in(
        "host", {}, sequence({{"stat", "/etc/passwd"}, {"read", "/etc/shadow"}, {"pids"}}));

    EXPECT_EQ(outcome.value("stat").rfind("file 0644 65534 65534 ", 0), 0U) << outcome.describe();
    EXPECT_EQ(outcome.value("read"), "EACCES") << outcome.describe();
    EXPECT_LE(outcome.values("pid").size(), 3U) << outcome.describe();
}

TEST(HostRoot, HasItsOwnTmpRunAndDev) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory host; // below /tmp
    if (host.path().rfind("/tmp/", 0) != 0)
        GTEST_SKIP() << "needs temporary files in /tmp";

    const Outcome outcome =
        probe_in("host", {}, sequence({{"list", "/tmp"}, {"list", "/run"}, {"list", "/dev/pts"}}));

    EXPECT_EQ(listing(outcome), (Names{"probe", "ptmx"})) << outcome.describe();
}

TEST(HostRoot, WritesNeedPermissionForOthersAndTheFirstRefusalSaysSo) {
    MBX_NEEDS_ROOT();
    const HostDirectory host;
    const auto attempt = sequence({{"write", host.path() + "/x", "1"}});

    const Outcome refused = probe_in("host", {"--log-level", "warn"}, attempt);
    EXPECT_EQ(refused.value("write"), "EACCES") << refused.describe();
    EXPECT_NE(refused.err.find("permission for others"), std::string::npos) << refused.describe();
    EXPECT_TRUE(std::filesystem::is_empty(host.path()));

    ASSERT_EQ(::chmod(host.path().c_str(), 01777), 0);
    const Outcome allowed = probe_in("host", {}, attempt);
    EXPECT_EQ(allowed.value("write"), "ok") << allowed.describe();

    struct stat status {};

    ASSERT_EQ(::stat((host.path() + "/x").c_str(), &status), 0);
    EXPECT_GE(status.st_uid, 100000U) << "the sandbox's root is never root of the host";
}

TEST(HostRoot, WithTheHostsIdsWritesReachTheHostAndThatIsSaid) {
    MBX_NEEDS_ROOT();
    const HostDirectory host;

    const Outcome outcome =
        probe_in("host", {"--userns", "host"}, {"write", host.path() + "/x", "1"});

    EXPECT_EQ(outcome.value("write"), "ok") << outcome.describe();
    EXPECT_NE(outcome.err.find("weakened"), std::string::npos) << outcome.describe();

    struct stat status {};

    ASSERT_EQ(::stat((host.path() + "/x").c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, 0U);
}

TEST(HostRoot, ASetuidFileOfTheHostHasNoEffect) {
    MBX_NEEDS_ROOT();
    const HostDirectory host;
    const std::string program = host.path() + "/suid";
    std::filesystem::copy_file(probe_path(), program);
    ASSERT_EQ(::chmod(program.c_str(), 04755), 0);

    for (const char* ids : {"isolated", "host"}) {
        const Outcome outcome =
            probe_in("host", {"--userns", ids, "--user", "1234:1234"}, {"exec", program, "ids"});

        EXPECT_EQ(outcome.value("uid"), "1234 1234 1234") << outcome.describe();
    }
}

TEST(EveryRoot, HasTheSameBasics) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;

    for (const std::string& mode : root_modes(root.path())) {
        const Outcome outcome = probe_in(mode,
                                         {},
                                         sequence({{"stat", "/dev/null"},
                                                   {"stat", "/dev/shm"},
                                                   {"stat", "/tmp"},
                                                   {"stat", "/dev/pts/ptmx"},
                                                   {"stat", "/proc/self/status"},
                                                   {"stat", "/dev/kmsg"},
                                                   {"stat", "/dev/mem"},
                                                   {"write", "/dev/x", "1"},
                                                   {"write", "/tmp/x", "1"},
                                                   {"write", "/dev/shm/x", "1"},
                                                   {"write", "/dev/null", "1"}}));

        const Names stats = outcome.values("stat");
        ASSERT_EQ(stats.size(), 7U) << mode << outcome.describe();
        EXPECT_EQ(stats[0], "character 0666 0 0 0") << mode;
        EXPECT_EQ(stats[1].rfind("directory 1777 0 0 ", 0), 0U) << mode;
        EXPECT_EQ(stats[2].rfind("directory 1777 0 0 ", 0), 0U) << mode;
        EXPECT_EQ(stats[3].rfind("character 0666 ", 0), 0U) << mode;
        EXPECT_EQ(stats[4].rfind("file ", 0), 0U) << mode;
        EXPECT_EQ(stats[5], "ENOENT") << mode;
        EXPECT_EQ(stats[6], "ENOENT") << mode;
        EXPECT_EQ(outcome.values("write"), (Names{"EROFS", "ok", "ok", "ok"})) << mode;
    }
}

} // namespace microbox::testing
