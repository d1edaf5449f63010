// SPDX-License-Identifier: MIT
// without-calls CALL... -- PROGRAM ARG...: as root, runs a program below a filter that answers
// ENOSYS for the calls: to the program it is a kernel that does not have them. The right to load
// the filter spares no_new_privs, so that newuidmap works below it.
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <seccomp.h>
#include <unistd.h>

int main(int /*count*/, char** words) {
    const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int failed = filter == nullptr ? -ENOMEM : 0;
    if (failed == 0)
        failed = seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0);
    for (++words; failed == 0 && *words != nullptr && std::strcmp(*words, "--") != 0; ++words) {
        const int number = seccomp_syscall_resolve_name(*words);
        failed = number == __NR_SCMP_ERROR
                     ? -EINVAL
                     : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), number, 0);
    }
    if (failed == 0)
        failed = seccomp_load(filter);
    if (failed != 0 || *words == nullptr) {
        std::fprintf(stderr, "without-calls: %s\n", std::strerror(-failed));
        return 99;
    }
    execvp(words[1], words + 1);
    perror(words[1]);
    return 98;
}
