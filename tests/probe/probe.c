// SPDX-License-Identifier: MIT
// The payload that tests run inside a sandbox: `probe VERB ARGS...` looks at one thing or tries one
// thing, and prints "key value" lines. Exit code: 0 when the result is printed, 2 for wrong usage.
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char* errno_name(void) {
    const char* name = strerrorname_np(errno);
    return name ? name : "E?";
}

int report(const char* what, long result) {
    printf("%s %s\n", what, result < 0 ? errno_name() : "ok");
    return 0;
}

long number(const char* word) {
    char* end = NULL;
    errno = 0;
    const unsigned long long value = strtoull(word, &end, 0);
    if (errno || end == word || *end) {
        fprintf(stderr, "probe: '%s' is not a number\n", word);
        exit(2);
    }
    return (long)value;
}

int print_file(const char* what, const char* path) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return report(what, -1);
    char buffer[65536];
    ssize_t got;
    while ((got = read(fd, buffer, sizeof buffer)) > 0)
        fwrite(buffer, 1, (size_t)got, stdout);
    close(fd);
    return got < 0 ? report(what, -1) : 0;
}

static const struct verb* const tables[] = {
    look_verbs, file_verbs, process_verbs, syscall_verbs, refused_verbs};

enum { no_such_verb = -1 };

/// no_such_verb: there is none of that name, or it needs more words.
static int run_verb(int count, char** words) {
    for (size_t i = 0; i < sizeof tables / sizeof *tables; ++i)
        for (const struct verb* verb = tables[i]; verb->name; ++verb)
            if (count > 0 && !strcmp(verb->name, words[0]) && count - 1 >= verb->least) {
                const int code = verb->run(count - 1, words + 1);
                return fflush(stdout) ? 1 : code;
            }
    return no_such_verb;
}

/// `sequence VERB ARGS... + VERB ARGS...`: one after the other, whatever each one's result is.
static int run_sequence(int count, char** words) {
    int worst = 0;
    for (int from = 0; from < count;) {
        int end = from;
        while (end < count && strcmp(words[end], "+"))
            ++end;
        const int code = run_verb(end - from, words + from);
        if (code == no_such_verb)
            return code;
        worst = code > worst ? code : worst;
        from = end + 1;
    }
    return worst;
}

int main(int argc, char** argv) {
    const int sequence = argc >= 3 && !strcmp(argv[1], "sequence");
    const int code = sequence ? run_sequence(argc - 2, argv + 2) : run_verb(argc - 1, argv + 1);
    if (code != no_such_verb)
        return code;
    fputs("usage: probe VERB ARGS... | probe sequence VERB ARGS... + VERB ARGS...\n", stderr);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; ++i)
        for (const struct verb* verb = tables[i]; verb->name; ++verb)
            fprintf(stderr, "  %s %s\n", verb->name, verb->usage);
    return 2;
}
