#!/bin/sh
# SPDX-License-Identifier: MIT
# soak-pipe.sh MICROBOX: 1 GiB through two sandboxes in a row, unharmed.
set -eu
microbox=$1
if [ "$(id -u)" -ne 0 ]; then
    echo "needs root"
    exit 77
fi
# A stream that is never on disk: its sum is taken before and after.
stream() { seq 1 1000000000 | head -c 1G; }
before=$(stream | sha256sum)
after=$(stream | "$microbox" --fs system -- cat | "$microbox" --fs system -- cat | sha256sum)
echo "before $before"
echo "after  $after"
[ "$before" = "$after" ]
