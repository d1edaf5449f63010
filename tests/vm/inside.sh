#!/bin/sh
# SPDX-License-Identifier: MIT
# inside.sh BUILD: in the virtual machine, runs the programs of BUILD/vm-programs.txt that are for such a machine, each with its
# gtest filter (MICROBOX_VM_FILTER: another one for all). A skipped test is a failure: this host is as we made it.
set -u
build=$1
here=$(dirname "$0")
export TMPDIR=/mnt/scratch
chmod 1777 "$TMPDIR"
failed=
ran=0

case $(cut -d: -f1 /proc/self/cgroup | tr '\n' ' ') in
    '0 ') ;;
    *)
        echo 'vm: this is no cgroup v2 host'
        exit 1
        ;;
esac
echo "vm: kernel $(uname -r), controllers $(cat /sys/fs/cgroup/cgroup.controllers), process 1: $(cat /proc/1/comm)"
case $(cat /proc/1/comm) in
    systemd) wanted='session' ;;
    *) wanted="root user${MICROBOX_APPARMOR_PARSER:+ apparmor}" ;;
esac

# run WHO PROGRAM FILTER
run() {
    who=$1 program=$2
    set -- "$program" "--gtest_filter=${MICROBOX_VM_FILTER:-$3}" --gtest_color=no
    case $who in
        user) set -- "$here/../support/as-user.sh" --delegate "$@" ;;
        session) set -- "$here/guest/as-session.sh" "$@" ;;
    esac
    log=$TMPDIR/log
    "$@" </dev/null >"$log" 2>&1
    status=$?
    ran=$((ran + 1))
    cat "$log"
    # A filter that matches nothing has proved nothing, unless one filter was asked for all.
    if [ -z "${MICROBOX_VM_FILTER:-}" ] && grep -q '^\[==========\] Running 0 tests' "$log"; then
        status=1
    fi
    if [ $status -ne 0 ] || grep -q '\[  SKIPPED \]' "$log"; then
        failed="$failed ${program##*/}"
    fi
}

for turn in $wanted; do
    while read -r who program filter; do
        [ "$who" = "$turn" ] || continue
        echo "vm: $(cut -d. -f1 /proc/uptime) s: $who ${program##*/} ${MICROBOX_VM_FILTER:-$filter}"
        run "$who" "$program" "$filter"
    done <"$build/vm-programs.txt"
done
echo "vm: $(cut -d. -f1 /proc/uptime) s: done"
[ "$ran" -gt 0 ] || {
    echo "vm: nothing was run: $build/vm-programs.txt is missing, or has nothing for such a machine"
    exit 1
}
[ -z "$failed" ] || {
    echo "vm: failed, skipped or without a test:$failed"
    exit 1
}
