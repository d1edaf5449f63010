// SPDX-License-Identifier: MIT
// without-attributes PROGRAM ARG...: as root, runs a program for which no file system keeps
// extended attributes, as tmpfs keeps no user.* ones before Linux 6.6. A filter as an outer
// container may have one; the right to load it spares no_new_privs, so that newuidmap works below
// it.
#include <cerrno>
#include <cstddef>
#include <cstdio>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int /*count*/, char** words) {
    constexpr unsigned setxattrat = 463; // Linux 6.13
    constexpr unsigned no = SECCOMP_RET_ERRNO | EOPNOTSUPP;
    sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_setxattr, 4, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_lsetxattr, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fsetxattr, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, setxattrat, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, no),
    };
    const sock_fprog program{sizeof code / sizeof *code, code};
    // Another caller than root lists tests or skips them: it needs no filter.
    if (geteuid() == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0) {
        perror("without-attributes: load the filter");
        return 1;
    }
    execvp(words[1], words + 1);
    perror(words[1]);
    return 127;
}
