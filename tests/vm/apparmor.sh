#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# apparmor.sh: prints the path of an apparmor_parser that reads a profile on standard input: that of Debian 13, because one of version 4
# knows `userns`, with its own C library. In the cache of the kernels; never installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
say() { printf 'apparmor.sh: %s\n' "$*" >&2; }
die() {
    say "$*"
    exit 125
}
# shellcheck source=tests/vm/kernels.sh
source "$here/kernels.sh"

fetch_parser() {
    local file
    fetch_packages trixie "$1" apparmor libc6
    # Its own loader, called by name, so that the library of the machine's own kind is not taken.
    file=$(cd "$1" && find . -name 'ld-linux-x86-64.so.2' -type f | head -n 1)
    [[ $file ]] || die 'libc6 has no loader'
    cat >"$1/parser" <<TEXT
#!/bin/sh
here=\$(dirname "\$0")
exec "\$here/$file" --library-path "\$here/\$(dirname $file)" "\$here/usr/sbin/apparmor_parser" --base "\$here/etc/apparmor.d" \
    --config-file /dev/null --skip-cache --quiet "\$@"
TEXT
    chmod 755 "$1/parser"
}
once apparmor-trixie fetch_parser
printf '%s\n' "$once/parser"
