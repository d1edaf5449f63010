// SPDX-License-Identifier: MIT
#include "tables.h"

/// What uses up the sandbox comes last: it may leave less to the others.
const struct attack* const attack_tables[] = {
    file_attacks,
    kernel_file_attacks,
    device_attacks,
    cgroup_attacks,
    process_attacks,
    identity_attacks,
    capability_attacks,
    call_attacks,
    filter_attacks,
    socket_attacks,
    network_attacks,
    terminal_attacks,
    ipc_attacks,
    mount_attacks,
    consumption_attacks,
    NULL,
};
