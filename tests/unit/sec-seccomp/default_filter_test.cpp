// SPDX-License-Identifier: MIT
// The compiled default filter, call by call, evaluated and not installed.
#include "tests/unit/sec-seccomp/expected.hpp"
#include "tests/unit/sec-seccomp/filter_call.hpp"

#include <cerrno>
#include <set>
#include <string>

#include <linux/audit.h>
#include <sched.h>
#include <sys/socket.h>

namespace microbox::tests {
namespace {

constexpr std::uint64_t high = std::uint64_t{1} << 32U;
const Program program = ready_program();

TEST(DefaultFilter, AllowsWhatAnOrdinaryProgramNeeds) {
    for (const char* name : ordinary)
        EXPECT_EQ(answer(program, name, {~0U, ~0U, ~0U, ~0U, ~0U, ~0U}), allowed) << name;
}

TEST(DefaultFilter, ForbidsWithEperm) {
    for (const char* name : forbidden)
        EXPECT_EQ(answer(program, name), EPERM) << name;
}

TEST(DefaultFilter, HidesWithEnosys) {
    for (const char* name : absent)
        EXPECT_EQ(answer(program, name), ENOSYS) << name;
}

TEST(DefaultFilter, AllowsNothingThatIsNotExpected) {
    std::set<std::string> known(std::begin(ordinary), std::end(ordinary));
    known.insert({"clone", "socket", "socketpair", "ioctl", "personality"});

    for (const auto& call : seccomp::syscalls())
        if (call.number >= 0 && known.count(call.name) == 0) {
            EXPECT_NE(answer(program, call.name), allowed) << call.name;
        }
}

TEST(DefaultFilter, LeavesThePlainAnswersToTheKernelsBitmap) {
    for (const char* name : ordinary) {
        const auto number = static_cast<std::uint32_t>(seccomp::find_syscall(name)->number);
        EXPECT_TRUE(run_number(program, number).constant) << name;
    }
}

TEST(DefaultFilter, HidesUnknownAndNewerCalls) {
    for (const std::uint32_t number : {335U, 423U, 471U, 500U, 512U, 547U, 1000U, 0x3fffffffU, ~0U})
        EXPECT_EQ(to_answer(run_number(program, number)), ENOSYS) << number;
}

#if defined(__x86_64__)
TEST(DefaultFilter, RefusesX32Whole) {
    for (std::uint32_t number = 0; number < 600; ++number)
        EXPECT_EQ(to_answer(run_number(program, 0x40000000U | number)), ENOSYS) << number;
}
#endif

TEST(DefaultFilter, KillsOtherArchitecturesWhole) {
    for (const std::uint32_t arch : {unsigned{AUDIT_ARCH_I386}, unsigned{AUDIT_ARCH_ARM}, 0U})
        for (std::uint32_t number = 0; number < 600; ++number)
            EXPECT_EQ(to_answer(run_number(program, number, {}, arch)), killed) << number;
}

TEST(DefaultFilter, LetsCloneMakeProcessesAndThreads) {
    EXPECT_EQ(answer(program, "clone", {SIGCHLD}), allowed);
    EXPECT_EQ(answer(program, "clone", {CLONE_VM | CLONE_VFORK | SIGCHLD}), allowed);
    EXPECT_EQ(answer(program, "clone", {0x3d0f00}), allowed);
}

TEST(DefaultFilter, ForbidsEachNamespaceFlagOfClone) {
    for (const std::uint64_t flag : {CLONE_NEWNS,
                                     CLONE_NEWCGROUP,
                                     CLONE_NEWUTS,
                                     CLONE_NEWIPC,
                                     CLONE_NEWUSER,
                                     CLONE_NEWPID,
                                     CLONE_NEWNET}) {
        EXPECT_EQ(answer(program, "clone", {flag | SIGCHLD}), EPERM) << flag;
        EXPECT_EQ(answer(program, "clone", {high | flag | SIGCHLD}), EPERM) << flag;
    }
}

TEST(DefaultFilter, TakesTheTimeBitOfCloneForASignal) {
    EXPECT_EQ(answer(program, "clone", {0x80}), allowed);
}

TEST(DefaultFilter, ForbidsTerminalInputWhateverTheHighBits) {
    for (const std::uint64_t request : {0x5412U, 0x541cU}) {
        EXPECT_EQ(answer(program, "ioctl", {0, request}), EPERM);
        EXPECT_EQ(answer(program, "ioctl", {0, high | request}), EPERM);
        EXPECT_EQ(answer(program, "ioctl", {0, ~std::uint64_t{0xffffffff} | request}), EPERM);
    }
}

TEST(DefaultFilter, AllowsOtherIoctls) {
    for (const std::uint64_t request : {0x5401U, 0x5413U, 0x541bU, 0x5411U, 0U})
        EXPECT_EQ(answer(program, "ioctl", {0x5412, request, 0x5412}), allowed) << request;
}

TEST(DefaultFilter, AllowsFourSocketFamilies) {
    for (const char* name : {"socket", "socketpair"}) {
        EXPECT_EQ(answer(program, name, {AF_UNIX, SOCK_STREAM, 0}), allowed);
        EXPECT_EQ(answer(program, name, {AF_INET, SOCK_DGRAM, 17}), allowed);
        EXPECT_EQ(answer(program, name, {AF_INET6, SOCK_STREAM, 6}), allowed);
        EXPECT_EQ(answer(program, name, {AF_NETLINK, SOCK_RAW, 0}), allowed);
        EXPECT_EQ(answer(program, name, {AF_NETLINK, SOCK_RAW, high}), allowed);
    }
}

TEST(DefaultFilter, ForbidsEveryOtherSocketFamily) {
    for (const char* name : {"socket", "socketpair"})
        for (std::uint64_t family = 0; family < 64; ++family) {
            if (family == AF_UNIX || family == AF_INET || family == AF_INET6 ||
                family == AF_NETLINK)
                continue;
            EXPECT_EQ(answer(program, name, {family}), EPERM) << family;
            EXPECT_EQ(answer(program, name, {high | family}), EPERM) << family;
        }
}

TEST(DefaultFilter, ForbidsOtherNetlinkProtocols) {
    for (std::uint64_t protocol = 1; protocol < 32; ++protocol)
        if (protocol != 9) {
            EXPECT_EQ(answer(program, "socket", {AF_NETLINK, SOCK_RAW, protocol}), EPERM)
                << protocol;
        }
}

// useradd, passwd and PAM end with "Cannot open audit interface" when this is EPERM.
TEST(DefaultFilter, SaysThatThereIsNoAudit) {
    EXPECT_EQ(answer(program, "socket", {AF_NETLINK, SOCK_RAW, 9}), EPROTONOSUPPORT);
    EXPECT_EQ(answer(program, "socket", {high | AF_NETLINK, SOCK_RAW, high | 9}), EPROTONOSUPPORT);
}

TEST(DefaultFilter, AllowsTheDefaultPersonalityOnly) {
    EXPECT_EQ(answer(program, "personality", {0}), allowed);
    EXPECT_EQ(answer(program, "personality", {0xffffffff}), allowed);
    for (const std::uint64_t persona : {0x8U, 0x20000U, 0x20008U, 0x40000U, 0x400000U, 0xfffffffeU})
        EXPECT_EQ(answer(program, "personality", {persona}), EPERM) << persona;
}

TEST(DefaultFilter, IsSmallEnoughToLoadFast) {
    EXPECT_LE(program.size(), 110U);
}

} // namespace
} // namespace microbox::tests
