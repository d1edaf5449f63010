// SPDX-License-Identifier: MIT
// Who the sandbox is, as the host sees it: a leased range of ids, namespaces of its own, quotas and
// a keyring of its own.
#include "tests/support/outside.hpp"
#include "tests/support/sandbox.hpp"

#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <linux/keyctl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

constexpr std::uint32_t least_id = 100'000;

struct Seen {
    Running running;
    pid_t command = -1;
    pid_t init = -1;
};

Seen start_and_find(const std::vector<std::string>& options) {
    const std::string word = unique_word();
    Seen seen{start(probe_arguments(options, {"stubborn", "60", word}))};
    EXPECT_TRUE(seen.running.wait_for_output("READY"));
    seen.command = process_with(word);
    EXPECT_GT(seen.command, 0);
    seen.init = static_cast<pid_t>(std::atoi(status_field(seen.command, "PPid").c_str()));
    return seen;
}

/// The one id that stands in all four fields; a failure when they differ.
std::uint32_t only_id(pid_t pid, const char* field) {
    std::istringstream ids(status_field(pid, field));
    std::uint32_t first = 0;
    ids >> first;
    for (std::uint32_t other = 0; ids >> other;)
        EXPECT_EQ(other, first) << field;
    return first;
}

} // namespace

TEST(Identity, TheHostSeesARangeThatIsNobodys) {
    MBX_NEEDS_ROOT();
    const Seen seen = start_and_find({});

    const std::uint32_t user = only_id(seen.command, "Uid");
    EXPECT_GE(user, least_id);
    EXPECT_EQ(only_id(seen.command, "Gid"), user);
    EXPECT_EQ(status_field(seen.command, "Groups").find_first_not_of(' '), std::string::npos);
    EXPECT_GE(only_id(seen.init, "Uid"), least_id);
    std::istringstream map(content_of("/proc/" + std::to_string(seen.command) + "/uid_map"));
    std::uint32_t inside = 1;
    std::uint32_t outside = 0;
    std::uint32_t count = 0;
    map >> inside >> outside >> count;
    EXPECT_EQ(inside, 0U);
    EXPECT_EQ(outside, user);
    EXPECT_EQ(count, 65'536U);
    EXPECT_FALSE(map >> inside) << "a second range is mapped";
}

TEST(Identity, EveryRunHasARangeOfItsOwn) {
    MBX_NEEDS_ROOT();
    const Seen one = start_and_find({});
    const Seen other = start_and_find({});

    const std::int64_t apart =
        std::int64_t{only_id(one.command, "Uid")} - std::int64_t{only_id(other.command, "Uid")};
    EXPECT_GE(std::llabs(apart), 65'536);
}

TEST(Identity, AnotherUserIsAnIdOfTheRange) {
    MBX_NEEDS_ROOT();
    const Seen seen = start_and_find({"--user", "1000:50"});

    std::istringstream map(content_of("/proc/" + std::to_string(seen.command) + "/uid_map"));
    std::uint32_t inside = 0;
    std::uint32_t first = 0;
    map >> inside >> first;
    EXPECT_EQ(only_id(seen.command, "Uid"), first + 1000);
    EXPECT_EQ(only_id(seen.command, "Gid"), first + 50);
}

TEST(Identity, HostIdsAreSaidToBeAWeakening) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({"--userns", "host"}, {"ids"});

    EXPECT_EQ(outcome.value("uid"), "0 0 0") << outcome.describe();
    EXPECT_NE(outcome.err.find("weakened: --userns host"), std::string::npos) << outcome.describe();
}

TEST(Identity, TheHostSeesEightNewNamespaces) {
    MBX_NEEDS_ROOT();
    const Seen seen = start_and_find({});

    for (const char* name : {"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"}) {
        const std::string its = namespace_of(std::to_string(seen.command), name);
        EXPECT_NE(its, "") << name;
        EXPECT_NE(its, namespace_of("self", name)) << name;
        // Init makes the clocks' namespace for its children; before Linux 6.3 it stays outside
        // itself.
        if (name != std::string("time")) {
            EXPECT_EQ(its, namespace_of(std::to_string(seen.init), name)) << name;
        }
    }
}

TEST(Identity, WatchesUsedUpInsideAreNotTheHosts) {
    MBX_NEEDS_ROOT();
    const std::string word = unique_word();
    Running running =
        start(probe_arguments({"--ulimit", "nofile=4096"}, {"inotify", "4000", "60", word}));
    ASSERT_TRUE(running.wait_for_output("READY"));
    ASSERT_NE(running.output().find("EMFILE"), std::string::npos)
        << "all could be opened: " << running.output();

    const sys::Fd ours(::inotify_init1(IN_CLOEXEC));
    EXPECT_TRUE(static_cast<bool>(ours)) << "host root has none left";
    // Nor are they those of another run.
    const Outcome other = run_probe({}, {"inotify", "1", "0"});
    EXPECT_EQ(other.value("inotify"), "1 ok") << other.describe();
}

TEST(Identity, TheSessionKeyringIsItsOwn) {
    MBX_NEEDS_ROOT();
    // A session of ours with a name; without this the caller may have none to be seen.
    ASSERT_GT(::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, "microbox-test-outside"), 0);

    const Outcome outcome = run_probe({"--allow-syscall", "keyctl"}, {"keyring"});

    ASSERT_EQ(outcome.code, 0) << outcome.describe();
    ASSERT_NE(outcome.value("keyring").find("keyring;"), std::string::npos) << outcome.describe();
    EXPECT_EQ(outcome.value("keyring").find("microbox-test-outside"), std::string::npos)
        << outcome.describe();
}

TEST(Identity, TheCallersOomImmunityIsNotInherited) {
    MBX_NEEDS_ROOT();
    const sys::Fd own(::open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC));
    // Only with CAP_SYS_RESOURCE, which root of a container may not have; then 0 stays.
    const bool lowered = ::write(own.get(), "-500", 4) == 4;

    const Outcome outcome = run_probe({}, {"read", "/proc/self/oom_score_adj"});
    const Outcome written = run_probe({}, {"write", "/proc/self/oom_score_adj", "-500"});

    if (lowered) {
        ASSERT_EQ(::pwrite(own.get(), "0", 1, 0), 1);
    }
    EXPECT_EQ(outcome.out, "0\n") << outcome.describe();
    EXPECT_EQ(written.value("write"), "EACCES") << written.describe();
}

TEST(Identity, TheStateIsRootsAlone) {
    MBX_NEEDS_ROOT();
    const Seen seen = start_and_find({});

    struct stat status {};

    ASSERT_EQ(::stat("/run/microbox", &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0700U);
    EXPECT_EQ(status.st_uid, 0U);
}

} // namespace microbox::testing
