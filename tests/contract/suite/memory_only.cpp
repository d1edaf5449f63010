// SPDX-License-Identifier: MIT
#include "tests/contract/suite/memory_only.hpp"

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace microbox::contract {

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t native = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t native = AUDIT_ARCH_AARCH64;
#endif

/// Memory, locks, the end. Clocks that are read without a system call cannot be seen here.
constexpr long memory_calls[] = {SYS_brk,
                                 SYS_munmap,
                                 SYS_mremap,
                                 SYS_mprotect,
                                 SYS_madvise,
                                 SYS_futex,
                                 SYS_sched_yield,
                                 SYS_rt_sigprocmask,
                                 SYS_exit_group};

constexpr std::uint32_t low_word(unsigned argument) {
    return static_cast<std::uint32_t>(offsetof(seccomp_data, args) + argument * 8);
}

sock_filter load(std::size_t offset) {
    return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}

sock_filter jump(unsigned test, long value, unsigned char yes, unsigned char no) {
    return BPF_JUMP(static_cast<std::uint16_t>(BPF_JMP | BPF_K | test),
                    static_cast<std::uint32_t>(value),
                    yes,
                    no);
}

std::vector<sock_filter> program(int pipe) {
    const sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    const sock_filter trap = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP);
    std::vector<sock_filter> filter = {load(offsetof(seccomp_data, arch)),
                                       jump(BPF_JEQ, native, 1, 0),
                                       trap,
                                       load(offsetof(seccomp_data, nr))};
    for (const long call : memory_calls)
        filter.insert(filter.end(), {jump(BPF_JEQ, call, 0, 1), allow});
    // Anonymous memory only, and the pipe only.
    filter.insert(filter.end(),
                  {jump(BPF_JEQ, SYS_mmap, 0, 4),
                   load(low_word(3)),
                   jump(BPF_JSET, MAP_ANONYMOUS, 0, 1),
                   allow,
                   trap});
    filter.insert(
        filter.end(),
        {jump(BPF_JEQ, SYS_write, 0, 3), load(low_word(0)), jump(BPF_JEQ, pipe, 0, 1), allow});
    filter.push_back(trap);
    return filter;
}

int words_to = -1;

/// "257": man 2 syscalls, or ausyscall, says which.
void tell(int /*signal*/, siginfo_t* info, void* /*context*/) {
    char text[16];
    std::size_t at = sizeof text;
    for (int rest = info->si_syscall; at > 0 && (rest > 0 || at == sizeof text); rest /= 10)
        text[--at] = static_cast<char>('0' + rest % 10);
    if (::write(words_to, text + at, sizeof text - at) < 0)
        ::_exit(forbidden_call + 1);
    ::_exit(forbidden_call);
}

} // namespace

void allow_memory_only(int pipe) {
    words_to = pipe;

    struct sigaction action {};

    action.sa_sigaction = tell;
    action.sa_flags = SA_SIGINFO;
    ::sigaction(SIGSYS, &action, nullptr);
    std::vector<sock_filter> filter = program(pipe);
    const sock_fprog loaded = {static_cast<unsigned short>(filter.size()), filter.data()};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &loaded) < 0)
        std::abort();
}

} // namespace microbox::contract
