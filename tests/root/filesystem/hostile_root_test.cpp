// SPDX-License-Identifier: MIT
// Root file systems made to hurt: links where the sandbox mounts and writes. They are refused or
// end inside; what they point at on the host is never touched (CVE-2019-19921, CVE-2021-30465,
// CVE-2025-31133).
#include "tests/support/root_modes.hpp"
#include "tests/support/sandbox.hpp"
#include "tests/support/tree_state.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

/// What links point at: files of the host with the names that the sandbox writes.
class Victim : public ScratchDirectory {
public:
    Victim() {
        for (const char* name : {"hosts", "hostname", "resolv.conf", "null", "passwd"})
            static_cast<void>(file(name, "untouched"));
        for (const char* name : {"pts", "shm", "empty"})
            fs::create_directory(path() + "/" + name);
        before_ = TreeState::take(path());
    }

    [[nodiscard]] std::string changes() const { return changed(before_, path()); }

    /// Every way in which a link in a root file system can name `name` of the host.
    [[nodiscard]] Names links_to(const std::string& name) const {
        const std::string absolute = path() + (name.empty() ? "" : "/" + name);
        return {absolute,
                "../../../../../../../../../.." + absolute,
                "/proc/self/root" + absolute,
                "/proc/1/root" + absolute,
                "/proc/self/cwd/../../../../../../.." + absolute};
    }

private:
    TreeState before_;
};

class HostileRoot : public TinyRoot {
public:
    void link(const std::string& inside, const std::string& to) const {
        fs::remove_all(path() + inside);
        fs::create_symlink(to, path() + inside);
    }
};

Outcome probe(const TinyRoot& root, const Names& words, const Names& options = {}) {
    Names arguments = {"--fs", root.path()};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.insert(arguments.end(), {"--", "/probe"});
    arguments.insert(arguments.end(), words.begin(), words.end());
    return run(arguments);
}

/// Refused in words, or started: a crash and a hang are neither.
bool is_orderly(const Outcome& outcome) {
    return outcome.code == 0 || (outcome.code == 125 && !outcome.err.empty());
}

std::string content_of(const std::string& path) {
    std::ifstream file(path);
    return std::string(std::istreambuf_iterator<char>(file), {});
}

} // namespace

TEST(HostileRoot, LinksInPlaceOfProcDevAndSysAreRefusedByName) {
    MBX_NEEDS_ROOT();
    const Victim victim;

    for (const char* place : {"/proc", "/dev", "/sys"})
        for (const std::string& to : victim.links_to("empty")) {
            const HostileRoot root;
            root.link(place, to);
            EXPECT_EQ(not_a_refusal(probe(root, {"print"}), place), "") << to;
        }
    EXPECT_EQ(victim.changes(), "");
}

TEST(HostileRoot, FilesInPlaceOfProcDevAndSysAreRefused) {
    MBX_NEEDS_ROOT();

    for (const char* place : {"/proc", "/dev", "/sys"}) {
        const TinyRoot root;
        fs::remove(root.path() + place);
        fs::copy_file(probe_path(), root.path() + place);
        EXPECT_EQ(not_a_refusal(probe(root, {"print"}), place), "");
    }
}

TEST(HostileRoot, LinksInPlaceOfDirectoriesNeverLeadOut) {
    MBX_NEEDS_ROOT();
    const Victim victim;

    for (const char* place : {"/etc", "/tmp", "/run"})
        for (const std::string& to : victim.links_to("")) {
            const HostileRoot root;
            root.link(place, to);

            const Outcome outcome = probe(
                root, sequence({{"list", place}, {"write", std::string(place) + "/planted", "x"}}));

            EXPECT_TRUE(is_orderly(outcome)) << place << " -> " << to << outcome.describe();
            EXPECT_EQ(outcome.out.find("entry passwd"), std::string::npos) << outcome.describe();
            EXPECT_EQ(victim.changes(), "") << place << " -> " << to;
        }
}

TEST(HostileRoot, LinksToPlacesInsideStayInside) {
    MBX_NEEDS_ROOT();
    const HostileRoot root;
    fs::create_directories(root.path() + "/var/tmp");
    root.link("/tmp", "/var/tmp");
    root.link("/var/run", "../run");
    fs::create_directory(root.path() + "/private");
    root.link("/etc", "../../private");

    const Outcome outcome = probe(
        root,
        sequence({{"write", "/tmp/x", "1"}, {"list", "/var/tmp"}, {"read", "/private/hosts"}}));

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("entry"), "x") << outcome.describe();
    EXPECT_NE(outcome.out.find("localhost"), std::string::npos) << outcome.describe();
    EXPECT_TRUE(fs::is_empty(root.path() + "/private"));
}

TEST(HostileRoot, FilesOfOursReplaceLinksAndFollowNone) {
    MBX_NEEDS_ROOT();
    const Victim victim;

    for (const char* name : {"resolv.conf", "hosts", "hostname"})
        for (const std::string& to : victim.links_to(name)) {
            const HostileRoot root;
            root.link(std::string("/etc/") + name, to);

            const Outcome outcome = probe(root,
                                          sequence({{"stat", std::string("/etc/") + name},
                                                    {"read", std::string("/etc/") + name}}));

            EXPECT_EQ(outcome.value("stat").rfind("file 0644 0 0 ", 0), 0U)
                << name << " -> " << to << outcome.describe();
            EXPECT_EQ(outcome.out.find("untouched"), std::string::npos) << outcome.describe();
            EXPECT_EQ(fs::read_symlink(root.path() + "/etc/" + name), to);
        }
    EXPECT_EQ(victim.changes(), "");
}

TEST(HostileRoot, DirectoriesInPlaceOfFilesAreRefusedByName) {
    MBX_NEEDS_ROOT();

    for (const char* name : {"/etc/resolv.conf", "/etc/hosts", "/etc/hostname"}) {
        const TinyRoot root;
        fs::create_directories(root.path() + name + std::string("/below"));
        EXPECT_EQ(not_a_refusal(probe(root, {"print"}), name), "");
    }
    for (const char* place : {"/etc", "/tmp", "/run"}) {
        const TinyRoot root;
        fs::remove(root.path() + place);
        fs::copy_file(probe_path(), root.path() + place);
        EXPECT_EQ(not_a_refusal(probe(root, {"print"}), place), "");
    }
}

TEST(HostileRoot, OddFilesInPlaceOfOursAreReplaced) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;
    ASSERT_EQ(::mkfifo((root.path() + "/etc/hosts").c_str(), 0666), 0);
    ASSERT_EQ(::mknod((root.path() + "/etc/hostname").c_str(), S_IFCHR | 0666, makedev(1, 7)), 0);
    ASSERT_EQ(::mknod((root.path() + "/etc/resolv.conf").c_str(), S_IFSOCK | 0666, 0), 0);

    const Outcome outcome = probe(
        root,
        sequence(
            {{"stat", "/etc/hosts"}, {"stat", "/etc/hostname"}, {"stat", "/etc/resolv.conf"}}));

    for (const std::string& stat : outcome.values("stat"))
        EXPECT_EQ(stat.rfind("file 0644 0 0 ", 0), 0U) << outcome.describe();
    EXPECT_EQ(outcome.values("stat").size(), 3U) << outcome.describe();
}

TEST(HostileRoot, WhatLiesInItsDevIsNotUsed) {
    MBX_NEEDS_ROOT();
    const Victim victim;
    const std::string pattern = content_of("/proc/sys/kernel/core_pattern");
    const HostileRoot root;
    root.link("/dev/null", "/proc/sys/kernel/core_pattern");
    root.link("/dev/ptmx", victim.path() + "/null");
    for (const char* name : {"pts", "shm", "mqueue", "console", "tty"})
        root.link(std::string("/dev/") + name, victim.path() + "/pts");

    const Outcome outcome = probe(root,
                                  sequence({{"stat", "/dev/null"},
                                            {"write", "/dev/null", "|/evil"},
                                            {"stat", "/dev/pts"},
                                            {"stat", "/dev/console"},
                                            {"open", "/dev/ptmx", "rw"},
                                            {"write", "/dev/shm/x", "1"},
                                            {"stat", "/proc/kcore"},
                                            {"write", "/proc/kcore", "|/evil"}}));

    EXPECT_EQ(outcome.value("device"), "1 3") << outcome.describe();
    const Names stats = outcome.values("stat");
    ASSERT_EQ(stats.size(), 4U) << outcome.describe();
    EXPECT_EQ(stats[1].rfind("directory ", 0), 0U) << outcome.describe();
    EXPECT_EQ(stats[2], "ENOENT") << outcome.describe();
    EXPECT_EQ(outcome.value("open"), "ok") << outcome.describe();
    EXPECT_EQ(content_of("/proc/sys/kernel/core_pattern"), pattern);
    EXPECT_EQ(victim.changes(), "");
}

TEST(HostileRoot, DestinationsBehindLinksNeverLeadOut) {
    MBX_NEEDS_ROOT();
    const Victim victim;
    const ScratchDirectory source;
    static_cast<void>(source.file("mark", "mounted"));

    for (const std::string& to : victim.links_to("")) {
        const HostileRoot root;
        root.link("/out", to);
        for (const char* destination : {"/out", "/out/made", "/out/made/deep", "/out/empty"}) {
            for (const Names& option : {Names{"--mount-ro", source.path() + ":" + destination},
                                        Names{"--mount-ro", source.path() + "/mark:" + destination},
                                        Names{"--tmpfs", destination}}) {
                const Outcome outcome = probe(root, {"list", "/"}, option);
                EXPECT_TRUE(is_orderly(outcome)) << destination << to << outcome.describe();
            }
        }
        EXPECT_EQ(victim.changes(), "") << to;
        EXPECT_EQ(fs::read_symlink(root.path() + "/out"), to);
    }
}

TEST(HostileRoot, ADestinationThatClimbsOutByALinkIsRefusedByName) {
    MBX_NEEDS_ROOT();
    const Victim victim;
    const HostileRoot root;
    root.link("/out", "../../../usr"); // the kernel would end at the root and find /usr
    root.link("/loop", "loop");

    for (const char* destination : {"/out/x", "/loop/x"})
        EXPECT_EQ(
            not_a_refusal(probe(root, {"print"}, {"--mount-ro", victim.path() + ":" + destination}),
                          destination),
            "");
}

TEST(HostileRoot, DotsInADestinationEndAtTheRoot) {
    MBX_NEEDS_ROOT();
    const Victim victim;
    const TinyRoot root;
    const ScratchDirectory source;
    static_cast<void>(source.file("mark", "mounted"));
    const std::string climbing = "/../../../../../.." + victim.path() + "/empty";

    const Outcome outcome = probe(root,
                                  {"read", victim.path() + "/empty/mark"},
                                  {"--mount-ro", source.path() + ":" + climbing});

    EXPECT_EQ(outcome.out, "mounted") << outcome.describe();
    EXPECT_EQ(victim.changes(), "");
}

TEST(HostileRoot, AComponentThatIsSwappedMeanwhileLeadsNowhere) {
    MBX_NEEDS_ROOT();
    const Victim victim;
    const ScratchDirectory source;
    const HostileRoot root;
    // Behind the plan's back a directory on the way and a link to the host change places.
    fs::create_directory(root.path() + "/swap");
    fs::create_symlink(victim.path(), root.path() + "/other");
    std::atomic<bool> ended = false;
    std::thread attacker([&] {
        const std::string one = root.path() + "/swap";
        const std::string two = root.path() + "/other";
        while (!ended)
            ::syscall(SYS_renameat2, AT_FDCWD, one.c_str(), AT_FDCWD, two.c_str(), RENAME_EXCHANGE);
    });

    for (int i = 0; i < 20; ++i) {
        const Outcome outcome =
            probe(root,
                  sequence({{"write", "/swap/made/planted", "x"}, {"list", "/swap"}}),
                  {"--mount-ro", source.path() + ":/swap/made", "--tmpfs", "/swap/empty"});
        EXPECT_TRUE(is_orderly(outcome)) << outcome.describe();
        EXPECT_EQ(outcome.out.find("entry passwd"), std::string::npos) << outcome.describe();
    }
    ended = true;
    attacker.join();
    EXPECT_EQ(victim.changes(), "");
}

} // namespace microbox::testing
