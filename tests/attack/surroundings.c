// SPDX-License-Identifier: MIT
// What attacks look at and stand on: what the caller has told, files, mounts, processes.
#define _GNU_SOURCE
#include "attack.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

static int word_count;
static char** all_words;

void tell(int count, char** words) {
    word_count = count;
    all_words = words;
}

const char* told(const char* key) {
    const size_t length = strlen(key);
    for (int i = 0; i < word_count; ++i)
        if (!strncmp(all_words[i], key, length) && all_words[i][length] == '=')
            return all_words[i] + length + 1;
    return NULL;
}

long read_text(const char* path, char* text, size_t size) {
    text[0] = 0;
    // Nothing that blocks, and no terminal that becomes ours.
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return -1;
    const ssize_t got = read(fd, text, size - 1);
    const int kept = errno;
    close(fd);
    errno = kept;
    if (got >= 0)
        text[got] = 0;
    return got;
}

int make_scratch(char* path, size_t size) {
    // Outside of a sandbox the caller has a place that is taken away whatever happens.
    const char* const places[] = {
        told("scratch") ? told("scratch") : "/tmp", "/tmp", "/dev/shm", "/run", ""};
    for (size_t i = 0; i < sizeof places / sizeof *places; ++i) {
        snprintf(path, size, "%s/mbx-attack-XXXXXX", places[i]);
        if (mkdtemp(path))
            return 1;
    }
    return 0;
}

void take_own_mounts(void) {
    if (unshare(CLONE_NEWNS) == 0)
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

int init_is_the_hosts(void) {
    // The first pid namespace has this number in every kernel (PROC_PID_INIT_INO).
    static const char first[] = "pid:[4026531836]";
    char own[64] = "";
    if (readlink("/proc/self/ns/pid", own, sizeof own - 1) < 0)
        return 0;
    return !strcmp(own, first) || (told("host-pid") && !strcmp(own, told("host-pid")));
}

struct verdict unless_said_after_exec(const char* path, const char* what) {
    const pid_t child = fork();
    if (child == 0) {
        execl(path, "attacker", "--after-exec", what, (char*)NULL);
        _exit(errno == EACCES || errno == EPERM ? 126 : 127);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child)
        return untestable("no process could be made: %s", name_of_errno());
    if (WIFEXITED(status) && WEXITSTATUS(status) == said_after_exec)
        return escape("it worked");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return untestable("%s cannot be executed", path);
    return held("exit code %d", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

int has_option(const char* options, const char* word) {
    const size_t length = strlen(word);
    for (const char* at = options; *at; at += strcspn(at, ",") + (at[strcspn(at, ",")] == ','))
        if (!strncmp(at, word, length) && (at[length] == ',' || !at[length]))
            return 1;
    return 0;
}

int find_mount(int (*is_it)(const struct mount_line* line, void* context), void* context) {
    FILE* file = fopen("/proc/self/mountinfo", "re");
    char text[8192];
    int answer = 0;
    while (file && !answer && fgets(text, sizeof text, file)) {
        text[strcspn(text, "\n")] = 0;
        char* behind = strstr(text, " - ");
        if (!behind)
            continue;
        *behind = 0;
        char* save = NULL;
        struct mount_line line = {0};
        for (int field = 0; field < 3; ++field) // id, parent, device
            strtok_r(field ? NULL : text, " ", &save);
        line.root = strtok_r(NULL, " ", &save);
        line.point = strtok_r(NULL, " ", &save);
        line.options = strtok_r(NULL, " ", &save);
        line.optional = save ? save : "";
        save = NULL;
        line.type = strtok_r(behind + 3, " ", &save);
        line.source = strtok_r(NULL, " ", &save);
        line.super = save ? save : "";
        if (line.options && line.type)
            answer = is_it(&line, context);
    }
    if (file)
        fclose(file);
    return answer;
}

int find_process(int (*is_it)(int pid, void* context), void* context) {
    DIR* proc = opendir("/proc");
    int answer = 0;
    for (struct dirent* entry; proc && !answer && (entry = readdir(proc));)
        if (isdigit((unsigned char)entry->d_name[0]))
            answer = is_it(atoi(entry->d_name), context);
    if (proc)
        closedir(proc);
    return answer;
}
