# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# Process 1 of a machine without an init: lays the control groups out as systemd does it, and runs the command.
# shellcheck source=tests/vm/guest/host.sh
. /run/microbox-vm/host.sh
echo -1000 >/proc/self/oom_score_adj

# Version 2 alone, every controller on, and no process in the root group but this one.
cgroups=/sys/fs/cgroup
enable_all() {
    for controller in $($bb cat "$1/cgroup.controllers"); do
        echo "+$controller" >"$1/cgroup.subtree_control"
    done
}
$bb mount -t cgroup2 -o nosuid,nodev,noexec,nsdelegate,memory_recursiveprot cgroup2 $cgroups
enable_all $cgroups
$bb mkdir -p $cgroups/init.scope $cgroups/system.slice $cgroups/user.slice
echo 1 >$cgroups/init.scope/cgroup.procs
enable_all $cgroups/system.slice
enable_all $cgroups/user.slice
$bb mkdir -p $cgroups/system.slice/microbox-vm.service
$bb mkdir -p /home/microbox-test

# shellcheck source=tests/vm/guest/command.sh
. $here/command.sh
