#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh RUNNER BUILD: runs inside.sh in a virtual machine; 77: skipped (outside CI only).
set -eu
runner=${MICROBOX_VM_RUNNER:-$1} build=$2
here=$(cd "$(dirname "$0")" && pwd)

unavailable() {
    echo "vm tests: $1"
    if [ "${CI:-}" = true ]; then
        exit 1
    fi
    exit 77
}
[ -x "$runner" ] || unavailable "no program that runs a virtual machine at $runner (set MICROBOX_VM_RUNNER)"
[ "$(id -u)" -eq 0 ] || unavailable 'needs root'

# What lies below /tmp is visible in the machine only as its working directory.
source=$(cd "$here/../.." && pwd)
case $build in
    "$source"/*) cd "$source" ;;
    *) cd "$build" ;;
esac
# The scratch directory is an ext4: what lies on the machine's shared root cannot be id-mapped.
exec "$runner" --disk /mnt/scratch:2G --timeout 1200 --memory 3G \
    --env "MICROBOX_VM_FILTER=${MICROBOX_VM_FILTER:-}" -- "$here/inside.sh" "$build"
