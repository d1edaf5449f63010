// SPDX-License-Identifier: MIT
// The real kernel takes the default filter and answers as the evaluator said. Needs no root.
#include "tests/unit/sec-seccomp/filter_call.hpp"

#include <cerrno>
#include <csignal>
#include <functional>

#include <linux/audit.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace microbox::tests {
namespace {

bool load(const Program& program) {
    const sock_fprog filter{static_cast<unsigned short>(program.size()),
                            const_cast<sock_filter*>(program.data())};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0;
}

/// The wait status of a child that loads the default filter and exits with what `act` returns.
int behind_filter(const std::function<int()>& act) {
    const Program program = ready_program();
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(load(program) ? act() : 99);
    int status = -1;
    ::waitpid(child, &status, 0);
    return status;
}

int exit_code(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// The errno of a raw call, 0 when it worked.
template <class... Arguments>
int errno_of(long number, Arguments... arguments) {
    return ::syscall(number, arguments...) < 0 ? errno : 0;
}

int run_program(const char* path, std::initializer_list<const char*> arguments) {
    std::vector<char*> all{const_cast<char*>(path)};
    for (const char* argument : arguments)
        all.push_back(const_cast<char*>(argument));
    all.push_back(nullptr);
    return exit_code(behind_filter([&] {
        ::execv(path, all.data());
        return 98;
    }));
}

TEST(KernelWithFilter, GivesEperm) {
    EXPECT_EQ(exit_code(behind_filter([] { return errno_of(SYS_unshare, 0); })), EPERM);
    EXPECT_EQ(exit_code(behind_filter([] { return errno_of(SYS_bpf, 0, nullptr, 0); })), EPERM);
    EXPECT_EQ(exit_code(behind_filter([] {
                  return errno_of(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, 0);
              })),
              EPERM);
    EXPECT_EQ(exit_code(behind_filter(
                  [] { return errno_of(SYS_ioctl, 0, 0x100000000UL | TIOCSTI, "x"); })),
              EPERM);
    EXPECT_EQ(exit_code(behind_filter([] { return errno_of(SYS_socket, 38, SOCK_SEQPACKET, 0); })),
              EPERM);
    EXPECT_EQ(exit_code(behind_filter([] { return errno_of(SYS_personality, 0x40000UL); })), EPERM);
}

TEST(KernelWithFilter, GivesEnosys) {
    EXPECT_EQ(exit_code(behind_filter([] { return errno_of(SYS_clone3, nullptr, 0); })), ENOSYS);
    EXPECT_EQ(exit_code(behind_filter([] { return errno_of(425, 1, nullptr); })), ENOSYS);
    EXPECT_EQ(exit_code(behind_filter([] { return errno_of(1000); })), ENOSYS);
}

TEST(KernelWithFilter, LetsSocketsAndProcessesBe) {
    EXPECT_EQ(
        exit_code(behind_filter([] { return errno_of(SYS_socket, AF_UNIX, SOCK_STREAM, 0); })), 0);
    EXPECT_EQ(
        exit_code(behind_filter([] { return errno_of(SYS_socket, AF_NETLINK, SOCK_RAW, 0); })), 0);
    EXPECT_EQ(exit_code(behind_filter([] { return ::fork() < 0 ? errno : 0; })), 0);
}

#if defined(__x86_64__)
TEST(KernelWithFilter, HidesX32) {
    EXPECT_EQ(exit_code(behind_filter([] { return errno_of(0x40000000L | SYS_getpid); })), ENOSYS);
}

TEST(KernelWithFilter, KillsACallThroughTheI386Gate) {
    const int status = behind_filter([] {
        long result = 20; // getpid of i386
        asm volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
        return result < 0 ? 97 : 0;
    });

    // A kernel without CONFIG_IA32_EMULATION sends SIGSEGV before any filter is asked.
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_TRUE(WTERMSIG(status) == SIGSYS || WTERMSIG(status) == SIGSEGV);
}
#endif

TEST(KernelWithFilter, RunsPrograms) {
    EXPECT_EQ(run_program("/bin/true", {}), 0);
    EXPECT_EQ(run_program("/bin/sh", {"-c", "ls / | sort >/dev/null && (exit 7)"}), 7);
}

} // namespace
} // namespace microbox::tests
