// SPDX-License-Identifier: MIT
// Verbs that make one system call many times: in a loop, by many processes and threads, among
// signals. They print how often each answer came: "answers EPERM 1000".
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { most_errno = 200, most_arguments = 3 };

struct call {
    long count;
    long number;
    long arguments[most_arguments];
};

/// Shared by processes and threads; [0]: the call worked.
static long* answers;

static void make_answers(void) {
    answers = mmap(
        NULL, sizeof(long) * most_errno, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (answers == MAP_FAILED)
        exit(2);
}

static int print_answers(void) {
    for (int i = 0; i < most_errno; ++i) {
        errno = i;
        if (answers[i] != 0)
            printf("answers %s %ld\n", i == 0 ? "ok" : errno_name(), answers[i]);
    }
    return 0;
}

static struct call call_of(int count, char** words) {
    struct call call = {number(words[0]), number(words[1]), {0}};
    for (int i = 0; i + 2 < count && i < most_arguments; ++i)
        call.arguments[i] = number(words[i + 2]);
    return call;
}

static void* make_calls(void* data) {
    const struct call* call = data;
    for (long i = 0; i < call->count; ++i) {
        const long result =
            syscall(call->number, call->arguments[0], call->arguments[1], call->arguments[2]);
        const int answer = result < 0 ? errno : 0;
        __atomic_fetch_add(&answers[answer < most_errno ? answer : 0], 1, __ATOMIC_RELAXED);
    }
    return NULL;
}

/// "nanoseconds 4012" of each on the average, beside the answers.
static int again(int count, char** words) {
    make_answers();
    struct call call = call_of(count, words);
    struct timespec begun, ended;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    make_calls(&call);
    clock_gettime(CLOCK_MONOTONIC, &ended);
    const double took =
        (double)(ended.tv_sec - begun.tv_sec) * 1e9 + (double)(ended.tv_nsec - begun.tv_nsec);
    printf("nanoseconds %.0f\n", call.count > 0 ? took / (double)call.count : 0);
    return print_answers();
}

/// Each process is called swarm-N.
static int swarm(int count, char** words) {
    const long processes = number(words[0]);
    const long threads = number(words[1]);
    make_answers();
    struct call call = call_of(count - 2, words + 2);
    for (long p = 0; p < processes; ++p) {
        if (fork() != 0)
            continue;
        char name[32];
        snprintf(name, sizeof name, "swarm-%ld", p);
        prctl(PR_SET_NAME, name);
        pthread_t all[64];
        for (long t = 0; t < threads && t < 64; ++t)
            if (pthread_create(&all[t], NULL, make_calls, &call) != 0)
                _exit(1);
        for (long t = 0; t < threads && t < 64; ++t)
            pthread_join(all[t], NULL);
        _exit(0);
    }
    int status = 0;
    long bad = 0;
    while (wait(&status) > 0)
        bad += status != 0;
    printf("bad %ld\n", bad);
    return print_answers();
}

static volatile sig_atomic_t rung;

static void ring(int signal) {
    (void)signal;
    ++rung;
}

/// With SIGALRM every 50 microseconds, whose handler asks for calls to be restarted.
static int among_signals(int count, char** words) {
    make_answers();
    struct call call = call_of(count, words);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = ring;
    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, NULL);
    const struct itimerval often = {{0, 50}, {0, 50}};
    const struct itimerval never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &often, NULL);
    make_calls(&call);
    setitimer(ITIMER_REAL, &never, NULL);
    printf("signals %s\n", rung > 0 ? "came" : "none");
    return print_answers();
}

/// Calls of COUNT kinds: ioctl(2) of TIOCSTI would be one, personality(2) has 2^32.
static int kinds(int count, char** words) {
    (void)count;
    make_answers();
    const long many = number(words[0]);
    for (long i = 0; i < many; ++i) {
        struct call call = {1, SYS_personality, {0x100000 + i, 0, 0}};
        make_calls(&call);
    }
    return print_answers();
}

/// A call under another name.
static int named(int count, char** words) {
    make_answers();
    prctl(PR_SET_NAME, words[0]);
    struct call call = {1, number(words[1]), {0}};
    (void)count;
    make_calls(&call);
    return print_answers();
}

/// Says "calling", and makes the call, in so many processes, until it is killed, or answered
/// otherwise than with EPERM.
static int for_ever(int count, char** words) {
    const long wanted = number(words[0]);
    puts("calling");
    fflush(stdout);
    for (long others = count > 1 ? number(words[1]) - 1 : 0; others > 0; --others)
        if (fork() == 0)
            break;
    while (syscall(wanted, 0, 0, 0) < 0 && errno == EPERM) {
    }
    return report("for-ever", -1);
}

const struct verb refused_verbs[] = {
    {"again", 2, "COUNT NUMBER [ARG...]", again},
    {"swarm", 4, "PROCESSES THREADS COUNT NUMBER [ARG...]", swarm},
    {"among-signals", 2, "COUNT NUMBER [ARG...]", among_signals},
    {"kinds", 1, "COUNT", kinds},
    {"named", 2, "NAME NUMBER", named},
    {"for-ever", 1, "NUMBER [PROCESSES]", for_ever},
    {NULL, 0, NULL, NULL},
};
