// SPDX-License-Identifier: MIT
// Terminals: those of the host, and input that is forged.
#define _GNU_SOURCE
#include "attack.h"
#include "tables.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/// A terminal of our own, so that what is typed into it is nobody's.
static struct verdict type_into_own(const struct attack* attack) {
    char byte = 'x';
    const int master = open("/dev/ptmx", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0)
        return untestable("no terminal: %s", name_of_errno());
    const int terminal = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
    if (terminal < 0)
        return untestable("TIOCGPTPEER: %s", name_of_errno());
    setsid();
    if (ioctl(terminal, TIOCSCTTY, 0) < 0)
        return untestable("TIOCSCTTY: %s", name_of_errno());
    // Where dev.tty.legacy_tiocsti is off, an administrator's alone is taken: EIO for others.
    return unless_it_was_reached(ioctl(terminal, (unsigned long)attack->number, &byte));
}

static struct verdict hosts_terminal(const struct attack* attack) {
    (void)attack;
    if (!told("terminal"))
        return untestable("no terminal= was told");
    return unless_it_worked(open(told("terminal"), O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
}

static struct verdict controlling_terminal(const struct attack* attack) {
    (void)attack;
    if (isatty(0) || isatty(1) || isatty(2))
        return untestable("a standard stream is a terminal");
    return unless_it_worked(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
}

static struct verdict verdict;

static int has_no_maximum(const struct mount_line* line, void* context) {
    (void)context;
    if (strcmp(line->type, "devpts") || strstr(line->super, "max="))
        return 0;
    verdict = escape("%.100s", line->point);
    return 1;
}

static struct verdict unbounded(const struct attack* attack) {
    (void)attack;
    verdict = held("none");
    find_mount(has_no_maximum, NULL);
    return verdict;
}

const struct attack terminal_attacks[] = {
    {"T77a", "type into a terminal with TIOCSTI", type_into_own, NULL, TIOCSTI, {0}},
    {"T77b", "open the caller's terminal by /dev/tty", controlling_terminal, NULL, 0, {0}},
    {"T78b", "paste with TIOCLINUX", type_into_own, NULL, TIOCLINUX, {0}},
    {"T79a", "open a terminal of the host in /dev/pts", hosts_terminal, NULL, 0, {0}},
    {"T81a", "find a devpts without a maximum", unbounded, NULL, 0, {0}},
    {NULL, NULL, NULL, NULL, 0, {0}},
};
