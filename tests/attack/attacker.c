// SPDX-License-Identifier: MIT
// attacker [--list | --json] [--only=ID,ID*] [--skip=ID,ID*] [key=value...]
// Tries all attacks from where it is, one line each: id, outcome, why and what with a tab between.
// Exit code: 0 none was an escape, 1 some were, 2 wrong usage, 3 an attack could not be carried
// out.
#define _GNU_SOURCE
#include "attack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

int after_exec(const char* what);

static const char* const outcomes[] = {"held", "ESCAPE", "untestable", "broken"};

/// "T36a,T58*": the id is one of them.
static int named_in(const char* list, const char* id) {
    for (const char* word = list; word; word = strchr(word, ',') ? strchr(word, ',') + 1 : NULL) {
        const size_t length = strcspn(word, ",");
        if (length && word[length - 1] == '*' ? !strncmp(word, id, length - 1)
                                              : strlen(id) == length && !strncmp(word, id, length))
            return 1;
    }
    return 0;
}

static void print_json_text(const char* text) {
    putchar('"');
    for (; *text; ++text)
        if (*text == '"' || *text == '\\')
            printf("\\%c", *text);
        else if ((unsigned char)*text < ' ')
            printf("\\u%04x", (unsigned)*text);
        else
            putchar(*text);
    putchar('"');
}

static void print_json(const struct attack* attack, const struct verdict* verdict) {
    printf(
        "{\"id\": \"%s\", \"outcome\": \"%s\", \"why\": ", attack->id, outcomes[verdict->outcome]);
    print_json_text(verdict->why);
    printf(", \"what\": ");
    print_json_text(attack->what);
    puts("}");
}

int main(int count, char** words) {
    const char *only = NULL, *skip = "";
    int list = 0, json = 0, first = 1;
    if (count == 3 && !strcmp(words[1], "--after-exec"))
        return after_exec(words[2]);
    for (; first < count && words[first][0] == '-'; ++first)
        if (!strcmp(words[first], "--list"))
            list = 1;
        else if (!strcmp(words[first], "--json"))
            json = 1;
        else if (!strncmp(words[first], "--only=", 7))
            only = words[first] + 7;
        else if (!strncmp(words[first], "--skip=", 7))
            skip = words[first] + 7;
        else
            return 2;
    tell(count - first, words + first);

    int seen[4] = {0};
    for (const struct attack* const* table = attack_tables; *table; ++table)
        for (const struct attack* attack = *table; attack->id; ++attack) {
            if ((only && !named_in(only, attack->id)) || named_in(skip, attack->id))
                continue;
            if (list) {
                printf("%s\t%s\n", attack->id, attack->what);
                continue;
            }
            fflush(stdout);
            const struct verdict verdict = attack_try(attack);
            ++seen[verdict.outcome];
            if (json)
                print_json(attack, &verdict);
            else
                printf("%s\t%s\t%s\t%s\n",
                       attack->id,
                       outcomes[verdict.outcome],
                       verdict.why,
                       attack->what);
        }
    if (fflush(stdout))
        return 3;
    return seen[outcome_escape] ? 1 : seen[outcome_broken] ? 3 : 0;
}
