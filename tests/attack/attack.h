// SPDX-License-Identifier: MIT
// The attacks: a table of what is tried from inside a sandbox. C and static glibc alone, so that
// another program can be made of the tables: `attack_tables` and `attack_try` are all it needs.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum outcome {
    outcome_held,       ///< what was tried did not work
    outcome_escape,     ///< it worked
    outcome_untestable, ///< it could not be tried here, `why` says what is missing
    outcome_broken,     ///< the attack itself died or hung: neither held nor an escape
};

struct verdict {
    enum outcome outcome;
    char why[200]; ///< "EPERM", "the kernel answered EINVAL", ...
};

/// One attack. It does no harm where it succeeds: it opens for writing and does not write, asks
/// with arguments that the kernel refuses after the question of rights, or takes back what it has
/// done.
struct attack {
    const char* id;   ///< row of docs/threat-model.md and a letter: "T35a"
    const char* what; ///< one line for docs/reference/attacks.md
    struct verdict (*run)(const struct attack* attack);
    const char* path;  ///< for `run`
    long number;       ///< for `run`: a system call, a capability, a flag
    long arguments[6]; ///< for `run`: of a system call
};

/// Both end with an element of NULL.
extern const struct attack* const attack_tables[];

/// Runs it in a process of its own, which is gone when this returns.
struct verdict attack_try(const struct attack* attack);

// --- what attacks share -------------------------------------------------------------------------

/// What the caller of the attacker has said of the world outside ("host-file=/x"); NULL: nothing.
const char* told(const char* key);
/// The words `key=value`, of main.
void tell(int count, char** words);

struct verdict held(const char* format, ...) __attribute__((format(printf, 1, 2)));
struct verdict escape(const char* format, ...) __attribute__((format(printf, 1, 2)));
struct verdict untestable(const char* format, ...) __attribute__((format(printf, 1, 2)));

/// "EPERM" of errno.
const char* name_of_errno(void);
/// An escape when the result is not negative, else held with errno.
struct verdict unless_it_worked(long result);
/// A call that is meant not to reach the kernel: EPERM, EACCES and ENOSYS are held, whatever else
/// the kernel says of it is an escape.
struct verdict unless_it_was_reached(long result);

/// Reads the beginning of a file as text; -1 with errno.
long read_text(const char* path, char* text, size_t size);
/// An empty directory of its own where the sandbox can write; 0 when there is none.
int make_scratch(char* path, size_t size);
/// Mounts that are made or removed after it are this process's own, where that is permitted.
void take_own_mounts(void);
/// Process 1 is the machine's own: attacks on it are not tried.
int init_is_the_hosts(void);
/// An escape when the program that runs now, executed anew with "--after-exec WHAT", says so by
/// exit code 77. PATH: the program; never returns to a changed process, so call it in an attack.
struct verdict unless_said_after_exec(const char* path, const char* what);

enum { said_after_exec = 77 };

/// The fields of a line of /proc/self/mountinfo.
struct mount_line {
    const char* root;
    const char* point;
    const char* options;
    const char* optional;
    const char* type;
    const char* source;
    const char* super;
};

/// Asks about each mount until the answer is not 0, and returns that.
int find_mount(int (*is_it)(const struct mount_line* line, void* context), void* context);
/// A word of a list with commas.
int has_option(const char* options, const char* word);
/// Every process in /proc until the answer is not 0.
int find_process(int (*is_it)(int pid, void* context), void* context);
