// SPDX-License-Identifier: MIT
// The tables, each in the file that is named after it.
#pragma once

#include "attack.h"

extern const struct attack file_attacks[];
extern const struct attack mount_attacks[];
extern const struct attack device_attacks[];
extern const struct attack kernel_file_attacks[];
extern const struct attack cgroup_attacks[];
extern const struct attack process_attacks[];
extern const struct attack identity_attacks[];
extern const struct attack capability_attacks[];
extern const struct attack call_attacks[];
extern const struct attack filter_attacks[];
extern const struct attack socket_attacks[];
extern const struct attack network_attacks[];
extern const struct attack terminal_attacks[];
extern const struct attack ipc_attacks[];
extern const struct attack consumption_attacks[];
