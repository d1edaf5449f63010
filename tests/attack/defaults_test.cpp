// SPDX-License-Identifier: MIT
// Nothing in the table works from inside a sandbox with the pure defaults: as root, and as a plain
// user (attacks-of-a-user runs the same program).
#include "tests/attack/weakened.hpp"
#include "tests/support/host_state.hpp"
#include "tests/support/outside.hpp"

#include <string>
#include <vector>

#include <unistd.h>

namespace microbox::testing {

namespace {

/// What takes seconds, or ends the sandbox with it.
const std::vector<std::string> heavy = {"T82", "T83", "T84a", "T84b", "T85", "T86", "T87"};

/// About networks with a way out (network_test.cpp), or about a host that has no such thing.
std::vector<std::string> untestable() {
    std::vector<std::string> all = attacks_of_networks();
    if (content_of("/etc/machine-id").size() < 2)
        all.emplace_back("T116e");
    if (::access("/proc/net/if_inet6", F_OK) != 0)
        all.emplace_back("T100c");
    return all;
}

void expect_nothing_escapes(const std::vector<std::string>& options) {
    const HostState before = HostState::take();
    {
        const World world;
        const Outcome outcome =
            attack(world, options, {"--skip=T82*,T83*,T84a,T84b,T85*,T86*,T87*"});
        const Attempts attempts = attempts_of(outcome);
        EXPECT_EQ(escapes(attempts), "") << outcome.err;
        EXPECT_EQ(not_tried(attempts, untestable(), heavy), "") << outcome.describe();
        EXPECT_TRUE(world.is_unharmed());
    }
    EXPECT_EQ(left_behind(before), "");
}

} // namespace

TEST(Attacks, OfATmpfsRootAreHeld) {
    MBX_NEEDS_ROOT();
    expect_nothing_escapes({"--fs", "tmpfs"});
}

TEST(Attacks, OfTheHostsProgramsAreHeld) {
    MBX_NEEDS_ROOT();
    expect_nothing_escapes({"--fs", "system"});
}

TEST(Attacks, OfADirectoryAreHeld) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;
    expect_nothing_escapes({"--fs", root.path()});
}

TEST(Attacks, OfADebianAreHeld) {
    MBX_NEEDS_ROOT();
    expect_nothing_escapes({"--fs", rootfs()});
}

TEST(Attacks, OfAnotherUserInsideAreHeld) {
    MBX_NEEDS_ROOT();
    expect_nothing_escapes({"--user", "1000:1000"});
}

TEST(Attacks, OnTheMachinesResourcesAreHeld) {
    MBX_NEEDS_ROOT();
    const World world;

    const Outcome outcome = attack(world, {}, {"--only=T82*,T84*,T85*,T86*,T87*"});

    Attempts attempts = attempts_of(outcome);
    // cgroup v1 is root's alone, and without a cgroup no processor's time can be held: said at
    // every start, and in docs/threat-model.md.
    if (::geteuid() != 0 && ::access("/sys/fs/cgroup/cgroup.controllers", F_OK) != 0)
        attempts.erase("T87a");
    EXPECT_EQ(escapes(attempts), "");
    EXPECT_GE(attempts.size(), 9U) << outcome.describe();
}

TEST(Attacks, OnItsMemoryAreHeld) {
    MBX_NEEDS_ROOT();
    const World world;

    const Outcome outcome = attack(world, {}, {"--only=T83a"});

    // One process is ended, or the sandbox with it: nothing says that there was enough.
    EXPECT_EQ(outcome.out.find("ESCAPE"), std::string::npos) << outcome.describe();
    EXPECT_TRUE(outcome.code == 137 || outcome.out.find("held") != std::string::npos)
        << outcome.describe();
}

} // namespace microbox::testing
