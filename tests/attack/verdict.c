// SPDX-License-Identifier: MIT
// How an attack is carried out, in a process of its own, and what its outcome is made of.
#define _GNU_SOURCE
#include "attack.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/// An attack that has not come to an end by then hangs; an emulated machine is slow.
enum { patience_in_seconds = 60 };

static struct verdict say(enum outcome outcome, const char* format, va_list arguments) {
    struct verdict verdict = {outcome, ""};
    vsnprintf(verdict.why, sizeof verdict.why, format, arguments);
    return verdict;
}

#define SAY(outcome)                                                                               \
    va_list arguments;                                                                             \
    va_start(arguments, format);                                                                   \
    const struct verdict verdict = say(outcome, format, arguments);                                \
    va_end(arguments);                                                                             \
    return verdict

struct verdict held(const char* format, ...) {
    SAY(outcome_held);
}

struct verdict escape(const char* format, ...) {
    SAY(outcome_escape);
}

struct verdict untestable(const char* format, ...) {
    SAY(outcome_untestable);
}

static struct verdict broken(const char* format, ...) {
    SAY(outcome_broken);
}

const char* name_of_errno(void) {
    const char* name = strerrorname_np(errno);
    return name ? name : "E?";
}

struct verdict unless_it_worked(long result) {
    return result < 0 ? held("%s", name_of_errno()) : escape("it worked");
}

struct verdict unless_it_was_reached(long result) {
    if (result >= 0)
        return escape("it worked");
    if (errno == EPERM || errno == EACCES || errno == ENOSYS)
        return held("%s", name_of_errno());
    return escape("the kernel answered %s", name_of_errno());
}

/// Waits for the child; 0 when it had to be killed.
static int wait_for(pid_t child, int* status) {
    const struct timespec second = {1, 0};
    sigset_t ended;
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    for (int waited = 0; waited < patience_in_seconds; ++waited) {
        if (waitpid(child, status, WNOHANG) == child)
            return 1;
        sigtimedwait(&ended, NULL, &second);
    }
    const int ended_meanwhile = waitpid(child, status, WNOHANG) == child;
    if (!ended_meanwhile) {
        kill(child, SIGKILL);
        waitpid(child, status, 0);
    }
    return ended_meanwhile;
}

struct verdict attack_try(const struct attack* attack) {
    struct verdict* shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return broken("no memory");
    *shared = broken("it ended without a verdict");
    sigset_t ended, before;
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &ended, &before);
    const pid_t child = fork();
    if (child == 0) {
        sigprocmask(SIG_SETMASK, &before, NULL);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        *shared = attack->run(attack);
        _exit(0);
    }
    int status = 0;
    struct verdict verdict;
    if (child < 0)
        verdict = broken("fork: %s", name_of_errno());
    else if (!wait_for(child, &status))
        verdict = broken("it hung");
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
        verdict = held("killed by the filter");
    else if (WIFSIGNALED(status) && shared->outcome == outcome_broken)
        verdict = broken("died of signal %d", WTERMSIG(status));
    else
        verdict = *shared;
    sigprocmask(SIG_SETMASK, &before, NULL);
    munmap(shared, sizeof *shared);
    return verdict;
}
