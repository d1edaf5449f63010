// SPDX-License-Identifier: MIT
// What the floor's two halves share. Any failing call ends it: a floor that skips work measures
// nothing.
#pragma once

#include <stdint.h>

#define STAGING "/tmp" // every host has it; the mounts are in a private mount namespace
#define ROOT STAGING "/root"

enum { RANGE_FIRST = 1000000000, RANGE_LENGTH = 65536 };

/// What the child needs, made before it is born.
struct start {
    int sync;      ///< socket: "namespaces are there", "root is there", "ready", "go"
    int lifeline;  ///< ends with the parent
    int groups[3]; ///< v1: the cgroups' tasks files; -1 on v2
    int lean;      ///< without masks and time namespace
    char** command;
};

/// Everything in the child: never returns.
_Noreturn void inside(const struct start* start);

_Noreturn void fail(const char* what);
void put(const char* path, const char* text);
void put_at(int fd, const char* text);

/// Reads one word; anything else, the peer's end too, ends this process.
void expect(int fd, char word);

#define MUST(call)                                                                                 \
    ({                                                                                             \
        const long must_result = (long)(call);                                                     \
        if (must_result < 0)                                                                       \
            fail(#call);                                                                           \
        must_result;                                                                               \
    })
