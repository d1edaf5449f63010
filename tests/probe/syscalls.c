// SPDX-License-Identifier: MIT
// Verbs that ask the kernel directly: raw system calls of this and of the machine's other ABIs,
// credentials, sockets.
#define _GNU_SOURCE
#include "entrances.h"
#include "probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/// "syscall 0", or "syscall EPERM"; a pointer argument is a number, 0 mostly.
static int raw(int count, char** arguments) {
    long values[7] = {0};
    for (int i = 0; i < count && i < 7; ++i)
        values[i] = number(arguments[i]);
    const long result =
        syscall(values[0], values[1], values[2], values[3], values[4], values[5], values[6]);
    if (result < 0)
        return report("syscall", -1);
    printf("syscall %ld\n", result);
    return 0;
}

/// "call 165 EPERM" for each number, all arguments 0. Not for calls that end or block a process.
static int calls(int count, char** arguments) {
    for (int i = 0; i < count; ++i) {
        char what[32];
        const long number_of_call = number(arguments[i]);
        snprintf(what, sizeof what, "call %ld", number_of_call);
        report(what, syscall(number_of_call, 0, 0, 0, 0, 0, 0));
    }
    return 0;
}

/// Runs a call in a child, because a filter may kill for it: "x32 ENOSYS", "x32 signal 31".
static int in_child(const char* what, long (*call)(void)) {
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        const long result = call();
        if (result < 0) {
            errno = (int)-result;
            printf("%s %s\n", what, errno_name());
        } else {
            printf("%s ok\n", what);
        }
        fflush(stdout);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        printf("%s signal %d\n", what, WTERMSIG(status));
    return 0;
}

static long x32_getpid(void) {
    return x32_call((const long[5]){SYS_getpid});
}

static long i386_getpid(void) {
    return i386_call((const long[5]){20});
}

static int x32(int count, char** arguments) {
    (void)count, (void)arguments;
    return in_child("x32", x32_getpid);
}

static int i386(int count, char** arguments) {
    (void)count, (void)arguments;
    return in_child("i386", i386_getpid);
}

/// clone(2) with FLAGS, the old call, whose flags a filter can see.
static int clone_flags(int count, char** arguments) {
    (void)count;
    const long flags = number(arguments[0]);
    const long child = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
    if (child == 0)
        _exit(0);
    if (child > 0)
        waitpid((pid_t)child, NULL, 0);
    return report("clone", child);
}

static int unshare_flags(int count, char** arguments) {
    (void)count;
    return report("unshare", unshare((int)number(arguments[0])));
}

static int set_user(int count, char** arguments) {
    (void)count;
    return report("setuid", setuid((uid_t)number(arguments[0])));
}

static int set_group(int count, char** arguments) {
    (void)count;
    return report("setgid", setgid((gid_t)number(arguments[0])));
}

/// An ioctl on PATH that must be refused whatever its upper 32 bits are.
static int control(int count, char** arguments) {
    const int fd = open(arguments[0], O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return report("open", -1);
    char byte = '\n';
    const long request = number(arguments[1]);
    return report("ioctl",
                  syscall(SYS_ioctl, fd, request, count > 2 ? number(arguments[2]) : (long)&byte));
}

/// TIOCSTI on standard input, plain and with a bit above the 32 that the kernel compares.
static int tiocsti(int count, char** arguments) {
    (void)count, (void)arguments;
    char byte = '\n';
    report("tiocsti", syscall(SYS_ioctl, 0, (long)TIOCSTI, &byte));
    return report("tiocsti-high", syscall(SYS_ioctl, 0, (long)TIOCSTI | (1L << 32), &byte));
}

static int make_socket(int count, char** arguments) {
    const int protocol = count > 2 ? (int)number(arguments[2]) : 0;
    return report("socket", socket((int)number(arguments[0]), (int)number(arguments[1]), protocol));
}

/// Connects to an abstract socket: "connect ok" means that the network namespace is shared.
static int connect_abstract(int count, char** arguments) {
    (void)count;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const size_t length = strlen(arguments[1]);
    if (strcmp(arguments[0], "unix-abstract") || length >= sizeof address.sun_path)
        return 2;
    memcpy(address.sun_path + 1, arguments[1], length);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
    return report("connect", fd < 0 ? fd : connect(fd, (struct sockaddr*)&address, size));
}

/// "tcp ok", or why no connection came about within 3 seconds. Numeric IPv4 only.
static int tcp(int count, char** arguments) {
    (void)count;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)number(arguments[1]))};
    if (inet_pton(AF_INET, arguments[0], &address.sin_addr) != 1)
        return 2;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return report("tcp", -1);
    if (connect(fd, (struct sockaddr*)&address, sizeof address) == 0)
        return report("tcp", 0);
    if (errno != EINPROGRESS)
        return report("tcp", -1);
    struct pollfd wait_for = {fd, POLLOUT, 0};
    if (poll(&wait_for, 1, 3000) == 0) {
        errno = ETIMEDOUT;
        return report("tcp", -1);
    }
    socklen_t size = sizeof errno;
    int error = 0;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    errno = error;
    return report("tcp", error ? -1 : 0);
}

/// Ping without privilege: an ICMP datagram socket, as ping_group_range allows it.
static int ping_socket(int count, char** arguments) {
    (void)count, (void)arguments;
    return report("ping", socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP));
}

/// A listener, a connection and one byte over 127.0.0.1: "loopback ok".
static int loopback(int count, char** arguments) {
    (void)count, (void)arguments;
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    char byte = 'x';
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int caller = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || caller < 0 ||
        bind(listener, (struct sockaddr*)&address, sizeof address) < 0 || listen(listener, 1) < 0 ||
        getsockname(listener, (struct sockaddr*)&address, &size) < 0 ||
        connect(caller, (struct sockaddr*)&address, size) < 0)
        return report("loopback", -1);
    const int called = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (called < 0 || write(caller, &byte, 1) != 1 || read(called, &byte, 1) != 1)
        return report("loopback", -1);
    return report("loopback", 0);
}

/// An ICMP echo over a datagram socket to ADDRESS: "echo ok" when the answer came within 3 seconds.
static int echo(int count, char** arguments) {
    (void)count;
    struct sockaddr_in address = {.sin_family = AF_INET};
    if (inet_pton(AF_INET, arguments[0], &address.sin_addr) != 1)
        return 2;
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_ICMP);
    const unsigned char request[8] = {8, 0, 0, 0, 0, 0, 0, 1};
    if (fd < 0 ||
        sendto(fd, request, sizeof request, 0, (struct sockaddr*)&address, sizeof address) < 0)
        return report("echo", -1);
    struct pollfd wait_for = {fd, POLLIN, 0};
    unsigned char answer[64] = {1};
    if (poll(&wait_for, 1, 3000) == 0) {
        errno = ETIMEDOUT;
        return report("echo", -1);
    }
    const ssize_t got = recv(fd, answer, sizeof answer, 0);
    if (got >= 0 && answer[0] != 0)
        errno = EPROTO;
    return report("echo", got >= 0 && answer[0] == 0 ? 0 : -1);
}

const struct verb syscall_verbs[] = {
    {"syscall", 1, "NUMBER [ARG...]", raw},
    {"calls", 1, "NUMBER...", calls},
    {"loopback", 0, "", loopback},
    {"echo", 1, "ADDRESS", echo},
    {"x32", 0, "", x32},
    {"i386", 0, "", i386},
    {"clonens", 1, "FLAGS", clone_flags},
    {"unshare", 1, "FLAGS", unshare_flags},
    {"setuid", 1, "UID", set_user},
    {"setgid", 1, "GID", set_group},
    {"ioctl", 2, "PATH REQUEST [ARG]", control},
    {"tiocsti", 0, "", tiocsti},
    {"socket", 2, "FAMILY TYPE [PROTOCOL]", make_socket},
    {"connect", 2, "unix-abstract NAME", connect_abstract},
    {"tcp", 2, "ADDRESS PORT", tcp},
    {"ping", 0, "", ping_socket},
    {NULL, 0, NULL, NULL},
};
