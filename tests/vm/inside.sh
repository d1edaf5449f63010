#!/bin/sh
# SPDX-License-Identifier: MIT
# inside.sh BUILD: in the virtual machine, runs each program of BUILD/vm-programs.txt with its gtest
# filter (MICROBOX_VM_FILTER: another one for all), as root or as a plain user. A skipped test is a failure: this host is as we made it.
set -u
build=$1
here=$(dirname "$0")
export TMPDIR=/mnt/scratch
chmod 1777 /mnt/scratch
failed=
ran=0

case $(cut -d: -f1 /proc/self/cgroup | tr '\n' ' ') in
    '0 ') ;;
    *)
        echo 'vm: this is no cgroup v2 host'
        exit 1
        ;;
esac
echo "vm: kernel $(uname -r), controllers $(cat /sys/fs/cgroup/cgroup.controllers)"
while read -r who program filter; do
    [ -n "$program" ] || continue
    echo "vm: ${program##*/} ${MICROBOX_VM_FILTER:-$filter}"
    log=$TMPDIR/log
    set -- "$program"
    [ "$who" = root ] || set -- "$here/../support/as-user.sh" --delegate "$program"
    "$@" "--gtest_filter=${MICROBOX_VM_FILTER:-$filter}" --gtest_color=no </dev/null >"$log" 2>&1
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
done <"$build/vm-programs.txt"
[ "$ran" -gt 0 ] || {
    echo "vm: nothing was run: $build/vm-programs.txt is missing or empty"
    exit 1
}
[ -z "$failed" ] || {
    echo "vm: failed, skipped or without a test:$failed"
    exit 1
}
