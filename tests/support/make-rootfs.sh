#!/bin/sh
# SPDX-License-Identifier: MIT
# make-rootfs.sh DEV DIR: makes the tests' Debian root file system unless it is there; 77: skipped.
set -eu
dev=$1 directory=$2
if [ -e "$directory.complete" ] && [ -e "$directory.tar" ]; then
    exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "a root file system is made by root"
    exit 77
fi
if [ ! -e "$directory.complete" ]; then
    rm -rf --one-file-system "$directory"
    "$dev" rootfs --include=python3-minimal "$directory"
    touch "$directory.complete"
fi
# For a plain user, who gives the files ids of its own.
tar -C "$directory" --exclude './dev/*' -cf "$directory.tar.new" .
mv "$directory.tar.new" "$directory.tar"
