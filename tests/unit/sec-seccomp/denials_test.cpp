// SPDX-License-Identifier: MIT
// A refused call in words, by whom, counted in bounded memory, and what would allow it.
#include "caller_of.hpp"
#include "remedy.hpp"

#include <cerrno>
#include <csignal>

#include <gtest/gtest.h>

#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace microbox::tests {
namespace {

using namespace seccomp;

seccomp_data call(const char* name, std::initializer_list<std::uint64_t> arguments = {}) {
    seccomp_data data{};
    data.nr = find_syscall(name)->number;
    std::size_t index = 0;
    for (const std::uint64_t argument : arguments)
        data.args[index++] = argument;
    return data;
}

std::string words(const char* name, std::initializer_list<std::uint64_t> arguments = {}) {
    return in_words(kind_of(call(name, arguments)));
}

std::string remedy(const char* name,
                   std::initializer_list<std::uint64_t> arguments = {},
                   const Rights& rights = {},
                   const Choice& choice = {}) {
    return remedy_for(kind_of(call(name, arguments)), choice, rights);
}

constexpr Action eperm = SECCOMP_RET_ERRNO | EPERM;

} // namespace

TEST(CallWords, NameTheArgumentsThatDecide) {
    EXPECT_EQ(words("unshare", {CLONE_NEWNET}), "unshare(CLONE_NEWNET)");
    EXPECT_EQ(words("unshare", {CLONE_NEWNET | CLONE_NEWUSER}),
              "unshare(CLONE_NEWUSER|CLONE_NEWNET)");
    EXPECT_EQ(words("unshare", {0x80}), "unshare(CLONE_NEWTIME)");
    EXPECT_EQ(words("clone", {CLONE_NEWUSER | SIGCHLD | CLONE_VM}), "clone(CLONE_NEWUSER)");
    EXPECT_EQ(words("socket", {AF_VSOCK, SOCK_STREAM, 0}), "socket(AF_VSOCK)");
    EXPECT_EQ(words("socket", {AF_NETLINK, SOCK_RAW, 9}), "socket(AF_NETLINK, protocol 9)");
    EXPECT_EQ(words("socket", {77}), "socket(77)");
    EXPECT_EQ(words("ioctl", {0, TIOCSTI}), "ioctl(TIOCSTI)");
    EXPECT_EQ(words("ioctl", {0, 0x700000000 | TIOCSTI}), "ioctl(TIOCSTI)");
    EXPECT_EQ(words("personality", {0x40000}), "personality(0x40000)");
    EXPECT_EQ(words("mount", {1, 2, 3}), "mount");
}

TEST(CallWords, TellCallsApartByNothingElse) {
    EXPECT_EQ(kind_of(call("mount", {1, 2})), kind_of(call("mount", {3, 4})));
    EXPECT_EQ(kind_of(call("socket", {AF_VSOCK, 1, 5})), kind_of(call("socket", {AF_VSOCK, 2, 6})));
    EXPECT_NE(kind_of(call("socket", {AF_VSOCK})), kind_of(call("socket", {AF_ALG})));
}

TEST(CallWords, KnowWhatTheyDoNotKnow) {
    seccomp_data data{};
    data.nr = 999;
    EXPECT_EQ(in_words(kind_of(data)), "call 999");
    data.nr = -1;
    EXPECT_EQ(in_words(kind_of(data)), "call -1");
#if defined(__x86_64__)
    data.nr = 0x40000000 | 39;
    EXPECT_EQ(in_words(kind_of(data)), "an x32 call");
#endif
}

TEST(Ledger, CountsEachKindOnce) {
    Ledger ledger;
    const Ledger::Kind kind{kind_of(call("bpf", {1})), eperm, "python3"};

    ++ledger.entry(kind, 7).count;
    ++ledger.entry(kind, 9).count;

    ASSERT_EQ(ledger.kinds().size(), 1U);
    EXPECT_EQ(ledger.kinds().begin()->second.count, 2U);
    EXPECT_EQ(ledger.kinds().begin()->second.first_pid, 7);
}

TEST(Ledger, DoesNotGrowBeyondItsMost) {
    Ledger ledger;
    for (std::uint64_t i = 0; i < 10000; ++i)
        ++ledger.entry({kind_of(call("personality", {i + 2})), eperm, "x"}, 7).count;

    EXPECT_EQ(ledger.kinds().size(), Ledger::most_kinds);
    EXPECT_EQ(ledger.more(), 10000 - Ledger::most_kinds);
    const auto denials = denials_of(ledger, {}, {});
    ASSERT_EQ(denials.size(), Ledger::most_kinds + 1);
    EXPECT_EQ(denials[0].what, "personality(0x2)");
    EXPECT_EQ(denials.back().count, 10000 - Ledger::most_kinds);
    EXPECT_EQ(denials.back().remedy, "only the first 100 are listed");
}

TEST(Remedy, IsTheOptionThatLetsTheCallThrough) {
    EXPECT_EQ(remedy("keyctl"), "--allow-syscall keyctl");
    EXPECT_EQ(remedy("socket", {AF_VSOCK}), "--allow-syscall socket");
    EXPECT_EQ(remedy("unshare", {CLONE_NEWUSER}), "--allow-syscall unshare");
}

TEST(Remedy, NamesTheCapabilityThatTheKernelAsksForAsWell) {
    const Rights administrator{std::uint64_t{1} << 21U, true};

    EXPECT_EQ(remedy("mount"), "--allow-syscall mount --cap-add SYS_ADMIN");
    EXPECT_EQ(remedy("unshare", {CLONE_NEWNET}), "--allow-syscall unshare --cap-add SYS_ADMIN");
    EXPECT_EQ(remedy("mount", {}, administrator), "--allow-syscall mount");
}

TEST(Remedy, SaysThatThereIsNone) {
    EXPECT_TRUE(remedy("init_module").starts_with("no option allows it while the ids are"));
    EXPECT_EQ(remedy("init_module", {}, Rights{0, false}), "--allow-syscall init_module");
    EXPECT_TRUE(remedy_for({999, {0, 0}}, {}, {}).starts_with("no option allows it"));
}

TEST(Remedy, OfWhatTheUserDeniedIsToLeaveThatOut) {
    Choice choice;
    choice.overrides = {{find_syscall("chroot"), false, "--deny-syscall"}};
    Ledger ledger;
    ++ledger.entry({kind_of(call("chroot")), eperm, "sh"}, 7).count;

    const auto denials = denials_of(ledger, choice, {});

    ASSERT_EQ(denials.size(), 1U);
    EXPECT_EQ(denials[0].rule, "--deny-syscall chroot: EPERM");
    EXPECT_EQ(denials[0].remedy, "leave out --deny-syscall chroot");
}

TEST(Remedy, ComesWithTheFilterThatRefused) {
    Choice choice;
    Ledger ledger;
    ++ledger.entry({kind_of(call("bpf")), SECCOMP_RET_ERRNO | ENOSYS, "sh"}, 7).count;

    EXPECT_EQ(denials_of(ledger, choice, {}).at(0).rule, "default filter: ENOSYS");
    choice.filter = Choice::Filter::file;
    choice.file = "/p.json";
    choice.source = "--seccomp";
    EXPECT_EQ(denials_of(ledger, choice, {}).at(0).rule, "--seccomp /p.json: ENOSYS");
}

TEST(CallerOf, ReadsTheKernelsStatus) {
    const char* const status = "Name:\tx\\nTgid:\\t9\nUmask:\t0022\nTgid:\t41\nNStgid:\t41\t7\t1\n";

    EXPECT_EQ(status_value(status, "Tgid"), "41");
    EXPECT_EQ(status_value(status, "Absent"), "");
    EXPECT_EQ(id_at_depth("41\t7\t1", 1), 41);
    EXPECT_EQ(id_at_depth("41\t7\t1", 2), 7);
    EXPECT_EQ(id_at_depth("41\t7", 9), 7);
    EXPECT_EQ(id_at_depth("", 1), 0);
}

TEST(CallerOf, KnowsThisProcess) {
    ASSERT_EQ(::prctl(PR_SET_NAME, "a\nb\x1b[1m"), 0);

    const CallerOf self = caller_of(::getpid(), pid_depth(::getpid()));

    EXPECT_EQ(self.pid, ::getpid());
    EXPECT_EQ(self.program, "a\nb\x1b[1m"); // quoted where it is printed
    EXPECT_EQ(caller_of(1 << 29, 1).pid, 0);
}

} // namespace microbox::tests
