// SPDX-License-Identifier: MIT
#include "tests/faults/injector/calls.hpp"

#include <cstdlib>
#include <cstring>
#include <map>

#include <seccomp.h>

namespace microbox::faults {

std::string name_of_call(long number) {
    char* const name =
        ::seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, static_cast<int>(number));
    if (name == nullptr)
        return "call-" + std::to_string(number);
    std::string text = name;
    std::free(name); // NOLINT: it is malloc's
    return text;
}

int error_number(const std::string& name) {
    constexpr int most = 200;
    for (int number = 1; number < most; ++number)
        if (const char* const known = ::strerrorname_np(number))
            if (name == known)
                return number;
    return -1;
}

std::vector<std::string> errors_of(const std::string& call) {
    using Names = std::vector<std::string>;
    static const Names none;
    static const Names memory = {"ENOMEM"};
    static const Names process = {"EAGAIN", "ENOMEM"};
    static const Names reading = {"EIO", "EINTR"};
    static const Names writing = {"ENOSPC", "EINTR"};
    static const Names opening = {"EMFILE", "ENOMEM", "EINTR"};
    static const Names making = {"ENOSPC", "EACCES"};
    static const Names waiting = {"ENOMEM", "EINTR"};
    static const std::map<std::string, Names> known = {
        {"arch_prctl", none},
        {"brk", none},
        {"clock_gettime", none},
        {"clone", process},
        {"clone3", process},
        {"close", {"EIO", "EINTR"}},
        {"dup3", {"EMFILE", "EINTR"}},
        {"execve", {"EACCES", "ENOMEM"}},
        {"execveat", {"EACCES", "ENOMEM"}},
        {"exit", none},
        {"exit_group", none},
        {"fcntl", {"EMFILE", "EINTR"}},
        {"flock", {"ENOLCK", "EINTR"}},
        {"fork", process},
        {"fsmount", {"EPERM", "EMFILE"}},
        {"fsopen", {"EPERM", "EMFILE"}},
        {"ftruncate", {"EIO", "EINTR"}},
        {"futex", none},
        {"getdents64", {"EIO"}},
        {"getegid", none},
        {"geteuid", none},
        {"getgid", none},
        {"getpid", none},
        {"getppid", none},
        {"getrandom", {"ENOSYS", "EINTR"}},
        {"gettid", none},
        {"getuid", none},
        {"getpgrp", none},
        {"ioctl", {"EPERM", "ENOTTY"}},
        {"memfd_create", {"ENOMEM", "EMFILE"}},
        {"lseek", none},
        {"mkdir", making},
        {"mkdirat", making},
        {"mknodat", making},
        {"mmap", memory},
        {"mprotect", memory},
        {"mremap", memory},
        {"munmap", none},
        {"newfstatat", {"ENOMEM", "EIO"}},
        {"openat", opening},
        {"openat2", opening},
        {"pidfd_open", {"EMFILE", "ENOMEM"}},
        {"pipe2", {"EMFILE"}},
        {"poll", waiting},
        {"ppoll", waiting},
        {"pread64", reading},
        {"read", reading},
        {"readlink", {"EIO", "EACCES"}},
        {"readlinkat", {"EIO", "EACCES"}},
        {"recvfrom", waiting},
        {"recvmsg", waiting},
        {"restart_syscall", none},
        {"rseq", none},
        {"rt_sigreturn", none},
        {"sched_yield", none},
        {"sendmsg", {"ENOBUFS", "EINTR"}},
        {"sendto", {"ENOBUFS", "EINTR"}},
        {"set_robust_list", none},
        {"set_tid_address", none},
        {"signalfd4", {"EMFILE", "ENOMEM"}},
        {"socket", {"EMFILE", "EAFNOSUPPORT"}},
        {"socketpair", {"EMFILE"}},
        {"statfs", {"EIO", "ENOMEM"}},
        {"symlinkat", making},
        {"umask", none},
        {"umount2", {"EBUSY", "EPERM"}},
        {"unlinkat", {"EBUSY", "EROFS"}},
        {"unshare", {"ENOSPC", "EPERM"}},
        {"vfork", process},
        {"wait4", {"ECHILD", "EINTR"}},
        {"waitid", {"ECHILD", "EINTR"}},
        {"write", writing},
        {"writev", writing},
    };
    const auto found = known.find(call);
    return found == known.end() ? Names{"EPERM", "ENOMEM"} : found->second;
}

bool is_done_in_any_case(const std::string& call) {
    return call == "close";
}

} // namespace microbox::faults
