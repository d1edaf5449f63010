#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD SUITE: runs inside.sh in a virtual machine with the kernel of SUITE; 77: skipped (outside CI only).
set -eu
build=$1 suite=$2
here=$(cd "$(dirname "$0")" && pwd)

[ "$(id -u)" -eq 0 ] || {
    echo 'vm tests: needs root'
    [ "${CI:-}" = true ] && exit 1
    exit 77
}
# What lies below /tmp is visible in the machine only as its working directory.
source=$(cd "$here/../.." && pwd)
case $build in
    "$source"/*) cd "$source" ;;
    *) cd "$build" ;;
esac
# The scratch directory is an ext4: what lies on the machine's shared root cannot be id-mapped.
exec "${MICROBOX_VM_RUNNER:-$here/boot.sh}" --kernel "$suite" --disk /mnt/scratch:2G --timeout 1200 --memory 3G \
    --env "MICROBOX_VM_FILTER=${MICROBOX_VM_FILTER:-}" -- "$here/inside.sh" "$build"
