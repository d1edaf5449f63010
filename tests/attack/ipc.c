// SPDX-License-Identifier: MIT
// Shared memory, queues, names, the environment: what is the host's, or another sandbox's.
#define _GNU_SOURCE
#include "attack.h"
#include "tables.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

extern char** environ;

/// The key of an object of the host's; none is made.
static struct verdict system_v(const struct attack* attack) {
    if (!told("ipc-key"))
        return untestable("no ipc-key= was told");
    const key_t key = (key_t)strtol(told("ipc-key"), NULL, 0);
    return unless_it_worked(attack->number == 0   ? shmget(key, 0, 0)
                            : attack->number == 1 ? semget(key, 0, 0)
                                                  : msgget(key, 0));
}

static struct verdict queue(const struct attack* attack) {
    (void)attack;
    if (!told("queue"))
        return untestable("no queue= was told");
    return unless_it_worked(mq_open(told("queue"), O_RDONLY | O_NONBLOCK));
}

static struct verdict path_of(const struct attack* attack) {
    if (!told(attack->path))
        return untestable("no %s= was told", attack->path);
    return unless_it_worked(access(told(attack->path), F_OK));
}

static struct verdict name(const struct attack* attack) {
    char own[256] = "";
    (void)attack;
    if (!told("hostname"))
        return untestable("no hostname= was told");
    gethostname(own, sizeof own - 1);
    return strcmp(own, told("hostname")) ? held("%.60s", own) : escape("%.60s", own);
}

/// The same name is set again.
static struct verdict set_name(const struct attack* attack) {
    char own[256] = "";
    (void)attack;
    gethostname(own, sizeof own - 1);
    return unless_it_worked(sethostname(own, strlen(own)));
}

static struct verdict group_path(const struct attack* attack) {
    char text[4096];
    (void)attack;
    if (read_text("/proc/self/cgroup", text, sizeof text) <= 0)
        return held("%s", name_of_errno());
    for (char *save = NULL, *line = strtok_r(text, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        const char* path = strrchr(line, ':');
        if (path && strcmp(path, ":/"))
            return escape("%.100s", line);
    }
    return held("/");
}

static struct verdict machine(const struct attack* attack) {
    char text[64];
    const char* id = told("machine-id");
    if (!id || !*id)
        return untestable("no machine-id= was told");
    if (read_text(attack->path, text, sizeof text) <= 0)
        return held("%s", name_of_errno());
    return strncmp(text, id, strlen(id)) ? held("another") : escape("%.20s...", text);
}

static struct verdict environment(const struct attack* attack) {
    for (char** one = environ; *one; ++one)
        if (!strncmp(*one, attack->path, strlen(attack->path)))
            return escape("%.60s", *one);
    return held("none");
}

static struct verdict secret_variable(const struct attack* attack) {
    (void)attack;
    if (!told("secret-variable"))
        return untestable("no secret-variable= was told");
    for (char** one = environ; *one; ++one)
        if (strstr(*one, told("secret-variable")))
            return escape("%.20s...", *one);
    return held("none");
}

static struct verdict write_outside(const struct attack* attack) {
    if (!told(attack->path))
        return untestable("no %s= was told", attack->path);
    return unless_it_worked(
        open(told(attack->path), O_WRONLY | O_DIRECTORY | O_TMPFILE | O_CLOEXEC, 0600));
}

const struct attack ipc_attacks[] = {
    {"T108b", "find shared memory of the host", system_v, NULL, 0, {0}},
    {"T108c", "find a semaphore of the host", system_v, NULL, 1, {0}},
    {"T108d", "find a message queue of the host", system_v, NULL, 2, {0}},
    {"T91a", "open a POSIX message queue of the host", queue, NULL, 0, {0}},
    {"T108e", "find a file of the host's /dev/shm", path_of, "host-shm", 0, {0}},
    {"T110a", "find the caller's secret in the environment", secret_variable, NULL, 0, {0}},
    {"T111a", "find a variable of the loader", environment, "LD_", 0, {0}},
    {"T111b", "find a variable of microbox", environment, "MICROBOX_", 0, {0}},
    {"T113a", "write into the caller's configuration", write_outside, "configuration", 0, {0}},
    {"T116b", "see the host's name", name, NULL, 0, {0}},
    {"T116c", "set the host's name", set_name, NULL, 0, {0}},
    {"T116d", "see the path of the control group", group_path, NULL, 0, {0}},
    {"T116e", "see the id of the machine", machine, "/etc/machine-id", 0, {0}},
    {"T117a", "see the state folder of microbox", path_of, "state", 0, {0}},
    {NULL, NULL, NULL, NULL, 0, {0}},
};
