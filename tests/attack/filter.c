// SPDX-License-Identifier: MIT
// The filter itself: that there is one, for threads and after an exec too, and ways around it by
// other entrances of the kernel and by the upper half of arguments.
#define _GNU_SOURCE
#include "attack.h"
#include "tables.h"
#include "tests/probe/entrances.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct verdict mode_of_this_thread(void) {
    const int mode = prctl(PR_GET_SECCOMP, 0, 0, 0, 0);
    return mode == 2 ? held("mode 2") : escape("mode %d", mode);
}

static struct verdict no_filter(const struct attack* attack) {
    (void)attack;
    return mode_of_this_thread();
}

static void* look(void* verdict) {
    *(struct verdict*)verdict = mode_of_this_thread();
    return NULL;
}

static struct verdict no_filter_in_a_thread(const struct attack* attack) {
    pthread_t thread;
    struct verdict verdict;
    (void)attack;
    if (pthread_create(&thread, NULL, look, &verdict) != 0)
        return untestable("no thread could be made");
    pthread_join(thread, NULL);
    return verdict;
}

static struct verdict no_filter_after_exec(const struct attack* attack) {
    (void)attack;
    return unless_said_after_exec("/proc/self/exe", "no-filter");
}

/// The strictest of all filters counts, so one more that allows everything opens nothing.
static struct verdict allow_everything(const struct attack* attack) {
    struct sock_filter all[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    const struct sock_fprog program = {1, all};
    (void)attack;
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
    return unless_it_was_reached(syscall(SYS_mount, 0, 0, 0, 0, 0));
}

static struct verdict answer_of(long (*entrance)(const long*), const struct attack* attack) {
    const long result = entrance(attack->arguments);
    if (result >= 0)
        return escape("it worked");
    errno = (int)-result;
    return unless_it_was_reached(-1);
}

static struct verdict by_i386(const struct attack* attack) {
    return answer_of(i386_call, attack);
}

static struct verdict by_x32(const struct attack* attack) {
    return answer_of(x32_call, attack);
}

static struct verdict control_null(const struct attack* attack) {
    char byte = 0;
    const int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return untestable("no /dev/null: %s", name_of_errno());
    return unless_it_was_reached(syscall(SYS_ioctl, fd, attack->number, &byte));
}

static struct verdict upper_half(const struct attack* attack) {
    const long* a = attack->arguments;
    const long result = syscall(attack->number, a[0], a[1], a[2], a[3], a[4]);
    if (attack->number == SYS_clone && result == 0)
        _exit(0);
    if (attack->number == SYS_clone && result > 0)
        waitpid((pid_t)result, NULL, 0);
    return unless_it_was_reached(result);
}

#define HIGH (1L << 32)

const struct attack filter_attacks[] = {
    {"T63a", "be without a filter", no_filter, NULL, 0, {0}},
    {"T63b", "lose the filter by an exec", no_filter_after_exec, NULL, 0, {0}},
    {"T63c", "lose the filter in a thread", no_filter_in_a_thread, NULL, 0, {0}},
    {"T63d", "add a filter that allows everything", allow_everything, NULL, 0, {0}},
    {"T65a", "getpid by the entrance of i386", by_i386, NULL, 0, {20}},
    {"T65b", "mount by the entrance of i386", by_i386, NULL, 0, {21}},
    {"T65c", "unshare by the entrance of i386", by_i386, NULL, 0, {310}},
    {"T65d", "keyctl by the entrance of i386", by_i386, NULL, 0, {288, 0xffff}},
    {"T66a", "getpid by the numbers of x32", by_x32, NULL, 0, {39}},
    {"T66b", "mount by the numbers of x32", by_x32, NULL, 0, {165}},
    {"T67a", "TIOCSTI with a bit in the upper half", control_null, NULL, HIGH | TIOCSTI, {0}},
    {"T67b", "TIOCLINUX with a bit in the upper half", control_null, NULL, HIGH | TIOCLINUX, {0}},
    {"T67c",
     "a socket of VSOCK with a bit in the upper half",
     upper_half,
     NULL,
     SYS_socket,
     {HIGH | AF_VSOCK, 15}},
    {"T67d",
     "a namespace by clone with a bit in the upper half",
     upper_half,
     NULL,
     SYS_clone,
     {HIGH | CLONE_NEWNET | SIGCHLD}},
    {"T67e",
     "a personality with a bit in the upper half",
     upper_half,
     NULL,
     SYS_personality,
     {HIGH | 0x0040000}},
    {"T67f",
     "a netlink protocol with a bit in the upper half",
     upper_half,
     NULL,
     SYS_socket,
     {AF_NETLINK, 15, HIGH | 12}},
    {"T74a", "socketcall of i386, whose arguments no filter sees", by_i386, NULL, 0, {102, 99}},
    {"T74b", "ipc of i386, whose arguments no filter sees", by_i386, NULL, 0, {117, 2, 0x7ffffffe}},
    {"T78a", "TIOCLINUX, which pastes into a console", control_null, NULL, TIOCLINUX, {0}},
    {NULL, NULL, NULL, NULL, 0, {0}},
};
