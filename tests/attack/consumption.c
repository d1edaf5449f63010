// SPDX-License-Identifier: MIT
// What is used up, in bounded form, and priorities. What was taken is given back at once; only
// T83a may be ended by the kernel, or the whole sandbox with it: it is run on its own.
#define _GNU_SOURCE
#include "attack.h"
#include "tables.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { most_processes = 512, most_files = 200000, most_megabytes = 512, megabyte = 1 << 20 };

static struct verdict fork_bomb(const struct attack* attack) {
    static pid_t children[most_processes + 100];
    int count = 0;
    while (count < attack->number) {
        const pid_t child = fork();
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (;;)
                pause();
        }
        if (child < 0)
            break;
        children[count++] = child;
    }
    const char* why = count < attack->number ? name_of_errno() : "nothing";
    for (int i = 0; i < count; ++i)
        kill(children[i], SIGKILL);
    for (int i = 0; i < count; ++i)
        waitpid(children[i], NULL, 0);
    return count > most_processes ? escape("%d", count) : held("%d, then %s", count, why);
}

static void* wait_for_ever(void* nothing) {
    pause();
    return nothing;
}

static struct verdict thread_bomb(const struct attack* attack) {
    pthread_attr_t small;
    pthread_t thread;
    int count = 0;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 65536);
    while (count < attack->number && pthread_create(&thread, &small, wait_for_ever, NULL) == 0)
        ++count;
    return count > most_processes ? escape("%d", count) : held("%d", count);
}

/// Touched, so that it is really there; a process that the kernel ends has held the limit.
static struct verdict memory_bomb(const struct attack* attack) {
    const size_t size = (size_t)attack->number * megabyte;
    const pid_t child = fork();
    if (child == 0) {
        char* block = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (block == MAP_FAILED)
            _exit(1);
        for (size_t i = 0; i < size; i += 4096)
            block[i] = 1;
        _exit(0);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child)
        return untestable("no child: %s", name_of_errno());
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? escape("%ld MB", attack->number)
           : WIFSIGNALED(status)                         ? held("signal %d", WTERMSIG(status))
                                                         : held("no mapping");
}

/// How many of the megabytes there was room for, in files in each of the places.
static struct verdict fill(const struct attack* attack) {
    static const char* const everywhere[] = {"/tmp", "/dev/shm", "/run", NULL};
    const char* const one[] = {attack->path, NULL};
    long had = 0;
    const char* why = "nothing";
    int files[3] = {-1, -1, -1};
    for (int i = 0; (attack->path ? one : everywhere)[i]; ++i) {
        const char* place = (attack->path ? one : everywhere)[i];
        files[i] = open(place, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
        for (long want = attack->number; files[i] >= 0 && want > 0; want -= 64) {
            // Before a failure a part may be there: counted by what the file then holds.
            if (fallocate(files[i], 0, (attack->number - want) * megabyte, 64L * megabyte) < 0) {
                why = name_of_errno();
                break;
            }
            had += 64;
        }
    }
    for (int i = 0; i < 3; ++i)
        if (files[i] >= 0)
            close(files[i]);
    return had > most_megabytes ? escape("%ld MB", had) : held("%ld MB, then %s", had, why);
}

static struct verdict fill_dev(const struct attack* attack) {
    const int fd = open(attack->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0)
        unlink(attack->path);
    return unless_it_worked(fd);
}

static struct verdict empty_files(const struct attack* attack) {
    char scratch[96], path[128];
    snprintf(scratch, sizeof scratch, "%s/inodes-XXXXXX", attack->path);
    if (!mkdtemp(scratch))
        return untestable("%s: %s", attack->path, name_of_errno());
    long made = 0;
    for (; made < most_files; ++made) {
        snprintf(path, sizeof path, "%s/%ld", scratch, made);
        if (attack->number ? mkdir(path, 0700) < 0 : mknod(path, S_IFREG | 0600, 0) < 0)
            break;
    }
    const char* why = made < most_files ? name_of_errno() : "nothing";
    for (long i = 0; i < made; ++i) {
        snprintf(path, sizeof path, "%s/%ld", scratch, i);
        attack->number ? rmdir(path) : unlink(path);
    }
    rmdir(scratch);
    return made == most_files ? escape("%ld", made) : held("%ld, then %s", made, why);
}

static double now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void* burn(void* until) {
    while (now(CLOCK_MONOTONIC) < *(const double*)until)
        continue;
    return NULL;
}

/// More of the processors than the one that is given by default.
static struct verdict burn_processors(const struct attack* attack) {
    enum { threads = 4 };

    pthread_t thread[threads];
    if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
        return untestable("one processor");
    const double begin = now(CLOCK_MONOTONIC);
    double until = begin + (double)attack->number / 1000;
    int count = 0;
    while (count < threads && pthread_create(&thread[count], NULL, burn, &until) == 0)
        ++count;
    for (int i = 0; i < count; ++i)
        pthread_join(thread[i], NULL);
    const double used = now(CLOCK_PROCESS_CPUTIME_ID) / (now(CLOCK_MONOTONIC) - begin);
    return used > 1.3 ? escape("%.2f processors", used) : held("%.2f processors", used);
}

static struct verdict be_nicer(const struct attack* attack) {
    const int own = getpriority(PRIO_PROCESS, 0);
    return unless_it_worked(setpriority(PRIO_PROCESS, 0, own + (int)attack->number));
}

static struct verdict real_time(const struct attack* attack) {
    const struct sched_param first = {.sched_priority = 1};
    return unless_it_worked(sched_setscheduler(0, (int)attack->number, &first));
}

static struct verdict deadline(const struct attack* attack) {
    // struct sched_attr: size, policy; flags; nice, priority; runtime, deadline, period in
    // nanoseconds
    const uint64_t values[6] = {
        sizeof values | (uint64_t)SCHED_DEADLINE << 32, 0, 0, 1000000, 100000000, 100000000};
    (void)attack;
    return unless_it_worked(syscall(SYS_sched_setattr, 0, values, 0));
}

static struct verdict disk_priority(const struct attack* attack) {
    (void)attack;
    return unless_it_worked(syscall(SYS_ioprio_set, 1, 0, 1 << 13 | 4)); // this process, real time
}

static struct verdict oom_score(const struct attack* attack) {
    char text[16] = "";
    if (read_text("/proc/self/oom_score_adj", text, sizeof text) <= 0)
        return untestable("no oom_score_adj: %s", name_of_errno());
    const int own = atoi(text);
    if (!attack->number)
        return own < 0 ? escape("%d", own) : held("%d", own);
    const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    return unless_it_worked(fd < 0 ? fd : dprintf(fd, "%d", own - 1));
}

static struct verdict raise_limit(const struct attack* attack) {
    struct rlimit limit;
    getrlimit((__rlimit_resource_t)attack->number, &limit);
    if (limit.rlim_max == RLIM_INFINITY)
        return attack->number == RLIMIT_CORE ? escape("unlimited")
                                             : untestable("it is unlimited by design");
    if (attack->number == RLIMIT_CORE && limit.rlim_max > 0)
        return escape("%llu", (unsigned long long)limit.rlim_max);
    ++limit.rlim_max;
    return unless_it_worked(setrlimit((__rlimit_resource_t)attack->number, &limit));
}

const struct attack consumption_attacks[] = {
    {"T82a", "make more than 512 processes", fork_bomb, NULL, most_processes + 50, {0}},
    {"T82b", "make more than 512 threads", thread_bomb, NULL, most_processes + 50, {0}},
    {"T83a", "use 1,280 MB of memory", memory_bomb, NULL, 1280, {0}},
    {"T84a", "fill /tmp with more than 512 MB", fill, "/tmp", 576, {0}},
    {"T84b", "fill /tmp, /dev/shm and /run together with more than 512 MB", fill, NULL, 256, {0}},
    {"T84c", "write a file in /dev", fill_dev, "/dev/attack", 0, {0}},
    {"T85a", "fill the root with more than 512 MB", fill, "/", 576, {0}},
    {"T86a", "make 200,000 empty files in /tmp", empty_files, "/tmp", 0, {0}},
    {"T86b", "make 200,000 empty files in the root", empty_files, "", 0, {0}},
    {"T86c", "make 200,000 directories in /dev/shm", empty_files, "/dev/shm", 1, {0}},
    {"T87a", "use more than one processor", burn_processors, NULL, 600, {0}},
    {"T88a", "be nicer to ourselves", be_nicer, NULL, -1, {0}},
    {"T88b", "be scheduled in real time (FIFO)", real_time, NULL, SCHED_FIFO, {0}},
    {"T88c", "be scheduled in real time (RR)", real_time, NULL, SCHED_RR, {0}},
    {"T88d", "be scheduled by deadlines", deadline, NULL, 0, {0}},
    {"T88e", "use disks in real time", disk_priority, NULL, 0, {0}},
    {"T88f", "lower the score of the OOM killer", oom_score, NULL, 1, {0}},
    {"T88g", "have inherited a score below 0", oom_score, NULL, 0, {0}},
    {"T88h", "raise the limit of descriptors", raise_limit, NULL, RLIMIT_NOFILE, {0}},
    {"T88i", "raise the limit of locked memory", raise_limit, NULL, RLIMIT_MEMLOCK, {0}},
    {"T90a", "be allowed a core file", raise_limit, NULL, RLIMIT_CORE, {0}},
    {NULL, NULL, NULL, NULL, 0, {0}},
};
