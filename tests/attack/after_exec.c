// SPDX-License-Identifier: MIT
// What the attacker looks at after it has executed itself: 77 when it has what was asked for.
#include "attack.h"

#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int after_exec(const char* what) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{0}};
    int has = 0;
    syscall(SYS_capget, &header, data);
    if (!strcmp(what, "rights"))
        has = geteuid() != getuid() || data[0].permitted || data[1].permitted;
    else if (!strcmp(what, "administrator"))
        has = data[0].permitted >> CAP_SYS_ADMIN & 1;
    else if (!strcmp(what, "no-filter"))
        has = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != 2;
    else
        return 2;
    return has ? said_after_exec : 0;
}
