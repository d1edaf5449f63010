// SPDX-License-Identifier: MIT
// Verbs about processes: ends, signals, children, consumption, and attacks on other processes.
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int print(int count, char** arguments) {
    for (int i = 0; i < count; ++i)
        printf("%s%s", i ? " " : "", arguments[i]);
    puts("");
    return 0;
}

static int print_error(int count, char** arguments) {
    (void)count;
    fprintf(stderr, "%s\n", arguments[0]);
    return 0;
}

static int end(int count, char** arguments) {
    (void)count;
    return (int)number(arguments[0]);
}

static int kill_self(int count, char** arguments) {
    (void)count;
    return report("kill", raise((int)number(arguments[0])));
}

static int kill_pid(int count, char** arguments) {
    (void)count;
    return report("killpid", kill((pid_t)number(arguments[0]), (int)number(arguments[1])));
}

static int sleep_seconds(int count, char** arguments) {
    (void)count;
    const double seconds = strtod(arguments[0], NULL);
    struct timespec rest = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    while (nanosleep(&rest, &rest) < 0 && errno == EINTR)
        continue;
    return 0;
}

static int cat(int count, char** arguments) {
    (void)count, (void)arguments;
    static char buffer[1 << 16];
    ssize_t got;
    while ((got = read(0, buffer, sizeof buffer)) > 0)
        for (ssize_t done = 0; done < got;) {
            const ssize_t written = write(1, buffer + done, (size_t)(got - done));
            if (written < 0)
                return 1;
            done += written;
        }
    return got < 0;
}

/// Prints the name of each signal that arrives; TERM ends it. READY first.
static int signals(int count, char** arguments) {
    (void)count, (void)arguments;
    static const int wanted[] = {
        SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCONT, SIGWINCH};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; ++i)
        sigaddset(&set, wanted[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    puts("READY");
    fflush(stdout);
    for (;;) {
        int number_of_signal = 0;
        if (sigwait(&set, &number_of_signal))
            return 1;
        printf("signal %s\n", sigabbrev_np(number_of_signal));
        fflush(stdout);
        if (number_of_signal == SIGTERM)
            return 0;
    }
}

/// Ignores TERM: only KILL ends it before SECONDS are over.
static int stubborn(int count, char** arguments) {
    signal(SIGTERM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    puts("READY");
    fflush(stdout);
    return sleep_seconds(count, arguments);
}

/// "forked 12 EAGAIN": how many of N children could be made; all are ended before it returns.
static int forkmany(int count, char** arguments) {
    (void)count;
    const long wanted = number(arguments[0]);
    long made = 0;
    int kept = 0;
    pid_t* children = calloc((size_t)wanted, sizeof *children);
    for (; children && made < wanted; ++made) {
        const pid_t child = fork();
        if (child == 0) {
            pause();
            _exit(0);
        }
        if (child < 0) {
            kept = errno;
            break;
        }
        children[made] = child;
    }
    for (long i = 0; i < made; ++i)
        kill(children[i], SIGKILL);
    while (wait(NULL) > 0)
        continue;
    errno = kept;
    printf("forked %ld %s\n", made, made < wanted ? errno_name() : "ok");
    return 0;
}

/// Leaves a process behind that has a session of its own and ignores TERM. "daemon PID".
static int leave_daemon(int count, char** arguments) {
    int ready[2];
    if (pipe(ready) < 0)
        return report("daemon", -1);
    const pid_t first = fork();
    if (first == 0) {
        setsid();
        const pid_t second = fork();
        if (second == 0) {
            signal(SIGTERM, SIG_IGN);
            signal(SIGHUP, SIG_IGN);
            const pid_t self = getpid();
            if (write(ready[1], &self, sizeof self) < 0)
                _exit(1);
            // The caller's pipes must not be held open by what is left behind.
            for (int fd = 0; fd < 64; ++fd)
                close(fd);
            sleep_seconds(count, arguments);
        }
        _exit(0);
    }
    waitpid(first, NULL, 0);
    pid_t daemon = -1;
    if (read(ready[0], &daemon, sizeof daemon) != sizeof daemon)
        return report("daemon", -1);
    printf("daemon %d\n", daemon);
    return 0;
}

/// Makes N orphans that end at once and waits until nobody has to reap them: "zombies N".
static int orphans(int count, char** arguments) {
    (void)count;
    const long wanted = number(arguments[0]);
    for (long i = 0; i < wanted; ++i) {
        const pid_t child = fork();
        if (child == 0) {
            if (fork() == 0)
                usleep(20000);
            _exit(0);
        }
        if (child > 0)
            waitpid(child, NULL, 0);
    }
    usleep(300000);
    long zombies = 0;
    for (int pid = 1; pid < 4096; ++pid) {
        char path[64], line[512] = "";
        snprintf(path, sizeof path, "/proc/%d/stat", pid);
        FILE* stat = fopen(path, "re");
        if (!stat)
            continue;
        if (fgets(line, sizeof line, stat)) {
            const char* name_end = strrchr(line, ')');
            zombies += name_end && name_end[1] && name_end[2] == 'Z';
        }
        fclose(stat);
    }
    printf("zombies %ld\n", zombies);
    return 0;
}

/// Touches every page of BYTES: "memory ok", or the kernel ends the process.
static int memory(int count, char** arguments) {
    (void)count;
    const size_t size = (size_t)number(arguments[0]);
    char* block = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED)
        return report("memory", -1);
    for (size_t i = 0; i < size; i += 4096)
        block[i] = 1;
    return report("memory", 0);
}

/// Burns a processor for SECONDS of wall time; "cpu MILLISECONDS" is what it got.
static int spin(int count, char** arguments) {
    (void)count;
    const double seconds = strtod(arguments[0], NULL);
    struct timespec start, now, used;
    clock_gettime(CLOCK_MONOTONIC, &start);
    do
        clock_gettime(CLOCK_MONOTONIC, &now);
    while ((double)(now.tv_sec - start.tv_sec) + (double)(now.tv_nsec - start.tv_nsec) / 1e9 <
           seconds);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    printf("cpu %ld\n", (long)(used.tv_sec * 1000 + used.tv_nsec / 1000000));
    return 0;
}

static int trace(int count, char** arguments) {
    (void)count;
    return report("ptrace", ptrace(PTRACE_ATTACH, (pid_t)number(arguments[0]), NULL, NULL));
}

/// Every way into another process that /proc and the kernel have, one line each.
static int reach(int count, char** arguments) {
    (void)count;
    static const char* const doors[] = {
        "mem", "environ", "maps", "exe", "root/", "cwd/", "fd/0", "auxv", "stack"};
    for (size_t i = 0; i < sizeof doors / sizeof *doors; ++i) {
        char path[128];
        snprintf(path, sizeof path, "/proc/%s/%s", arguments[0], doors[i]);
        report(doors[i], open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    }
    char byte = 0;
    const struct iovec local = {&byte, 1}, remote = {(void*)0x400000, 1};
    report("process_vm_readv",
           process_vm_readv((pid_t)number(arguments[0]), &local, 1, &remote, 1, 0));
    report("kill", kill((pid_t)number(arguments[0]), 0));
    return 0;
}

/// "inotify 128 EMFILE": how many of COUNT instances could be opened; keeps them for SECONDS.
/// READY.
static int watchers(int count, char** arguments) {
    const long wanted = number(arguments[0]);
    long made = 0;
    while (made < wanted && inotify_init1(IN_CLOEXEC) >= 0)
        ++made;
    printf("inotify %ld %s\nREADY\n", made, made < wanted ? errno_name() : "ok");
    fflush(stdout);
    return sleep_seconds(count - 1, arguments + 1);
}

/// Real-time scheduling, a better nice value and a raised hard limit: what needs rights over the
/// host.
static int priorities(int count, char** arguments) {
    (void)count, (void)arguments;
    const struct sched_param parameter = {.sched_priority = 1};
    report("fifo", sched_setscheduler(0, SCHED_FIFO, &parameter));
    report("nice", setpriority(PRIO_PROCESS, 0, -5));
    const struct rlimit files = {1u << 30, 1u << 30};
    report("nofile", setrlimit(RLIMIT_NOFILE, &files));
    const struct rlimit cores = {1, RLIM_INFINITY};
    return report("core", setrlimit(RLIMIT_CORE, &cores));
}

const struct verb process_verbs[] = {
    {"print", 0, "[WORD...]", print},
    {"error", 1, "TEXT", print_error},
    {"exit", 1, "CODE", end},
    {"kill", 1, "SIGNAL", kill_self},
    {"killpid", 2, "PID SIGNAL", kill_pid},
    {"sleep", 1, "SECONDS", sleep_seconds},
    {"cat", 0, "", cat},
    {"signals", 0, "", signals},
    {"stubborn", 1, "SECONDS", stubborn},
    {"forkmany", 1, "COUNT", forkmany},
    {"daemon", 1, "SECONDS", leave_daemon},
    {"orphans", 1, "COUNT", orphans},
    {"memory", 1, "BYTES", memory},
    {"spin", 1, "SECONDS", spin},
    {"inotify", 2, "COUNT SECONDS", watchers},
    {"priorities", 0, "", priorities},
    {"ptrace", 1, "PID", trace},
    {"procmem", 1, "PID", reach},
    {NULL, 0, NULL, NULL},
};
