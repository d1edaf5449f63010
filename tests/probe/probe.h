// SPDX-License-Identifier: MIT
// What the probe's verbs share: a table of verbs, and one way to print a result.
#pragma once

#include <stddef.h>

/// One verb. Exit code 0: done, the result is printed; 2: wrong usage.
struct verb {
    const char* name;
    int least; ///< arguments it needs
    const char* usage;
    int (*run)(int count, char** arguments);
};

extern const struct verb look_verbs[];
extern const struct verb file_verbs[];
extern const struct verb process_verbs[];
extern const struct verb syscall_verbs[];
extern const struct verb refused_verbs[];

/// Prints "WHAT ok" or "WHAT ENOENT", as result is 0 or above, or negative with errno.
int report(const char* what, long result);

/// "ENOENT" of errno.
const char* errno_name(void);

/// A number in decimal, octal (0...) or hexadecimal (0x...); ends the probe with 2 when it is none.
long number(const char* word);

/// Copies a file to standard output; prints "WHAT ENOENT" when it cannot be opened.
int print_file(const char* what, const char* path);
