#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD MACHINE: runs inside.sh in a virtual machine; MACHINE is systemd, or the suite of its kernel; 77: skipped (outside CI only).
set -eu
build=$1 machine=$2
here=$(cd "$(dirname "$0")" && pwd)

skip() {
    echo "vm tests: needs $1"
    [ "${CI:-}" != true ] || exit 1
    exit 77
}
[ "$(id -u)" -eq 0 ] || skip root
[ "$(uname -m)" = x86_64 ] || [ -n "${MICROBOX_VM_RUNNER:-}" ] || skip 'an x86_64 machine, or MICROBOX_VM_RUNNER'
# What lies below /tmp is visible in the machine only as its working directory.
source=$(cd "$here/../.." && pwd)
case $build in
    "$source"/*) cd "$source" ;;
    *) cd "$build" ;;
esac
case $machine in
    systemd) set -- --init systemd ;;
    *) set -- --kernel "$machine" ;;
esac
# The first of Debian's kernels that knows AppArmor's rule of user namespaces.
[ "$machine" != trixie ] || {
    parser=$("$here/apparmor.sh")
    set -- "$@" --env "MICROBOX_APPARMOR_PARSER=$parser"
}
# The scratch directory is an ext4: what lies on the machine's shared root cannot be id-mapped.
exec "${MICROBOX_VM_RUNNER:-$here/boot.sh}" "$@" --disk /mnt/scratch:2G --timeout 1200 --memory 3G \
    --env "MICROBOX_VM_FILTER=${MICROBOX_VM_FILTER:-}" -- "$here/inside.sh" "$build"
