#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# boot.sh [OPTION...] [--] COMMAND [ARG...]: runs COMMAND in a throw-away virtual machine. README.md beside it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
readonly exit_usage=2 exit_timeout=124 exit_machine=125

say() { printf 'boot.sh: %s\n' "$*" >&2; }
die() {
    say "$*"
    exit "$exit_machine"
}
wrong() {
    say "$*; see --help"
    exit "$exit_usage"
}
# One word quoted for any shell of POSIX.
quote() {
    local replacement="'\\''"
    printf "'%s'" "${1//\'/$replacement}"
}

# What is needed to reach the root file system, and what this run has of its own.
write_initramfs() {
    local root=$run/initramfs.d extra=$run/initramfs.d/microbox-vm item size
    mkdir -p "$extra"
    early_part "$kernel_dir" "$root"
    cp "$here"/guest/* "$here/../support/as-user.sh" "$extra"
    mv "$extra/early.sh" "$root/init"
    {
        printf 'release=%s\n' "$(quote "$(<"$kernel_dir/release")")"
        printf 'modules_dir=%s\n' "$(quote "$kernel_dir/modules")"
        printf 'workdir=%s\n' "$(quote "$PWD")"
        printf 'init=%s\nuser=%s\n' "$init" "$user"
    } >"$extra/conf"
    for item in "${disks[@]}"; do
        size=1G
        [[ $item != *:* ]] || size=${item##*:}
        printf 'disk %s %s\n' "$(quote "${item%%:*}")" "$size"
    done >"$extra/disks"
    {
        for item in "${environment[@]}"; do
            printf 'export %s=%s\n' "${item%%=*}" "$(quote "${item#*=}")"
        done
        printf 'cd %s || exit 126\nexec' "$(quote "$PWD")"
        for item in "${command[@]}"; do printf ' %s' "$(quote "$item")"; done
        printf '\n'
    } >"$extra/command"
    (cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null) >"$run/initramfs"
    rm -rf "$root"
}

children=()
# shellcheck disable=SC2317 # called by the trap
clean_up() {
    local pid
    for pid in "${children[@]}"; do
        kill -KILL "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    [[ -z ${run:-} ]] || rm -rf "$run"
}

# Held open here, the pipes neither block those who open them nor end early.
run_machine() {
    local machine status=0 reader readers=()
    mkfifo "$run/stdout" "$run/stderr" "$run/control"
    : >"$run/console"
    exec 3<>"$run/stdout" 4<>"$run/stderr" 5<>"$run/control"
    cat <"$run/stdout" 3>&- 4>&- 5>&- & readers+=($!)
    cat <"$run/stderr" >&2 3>&- 4>&- 5>&- & readers+=($!)
    cat <"$run/control" >"$run/result" 3>&- 4>&- 5>&- & readers+=($!)
    children+=("${readers[@]}")
    if [[ $verbose == yes ]]; then
        tail -n +1 -f "$run/console" >&2 3>&- 4>&- 5>&- & children+=($!)
    fi
    # It ends with us, and when its first process ends, so does all that it started.
    setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child --mount-proc -- \
        "$here/machine.sh" "$run" "$kernel_dir" "$accel" "$memory" "$cpus" "$timeout" "$cmdline" </dev/null &
    machine=$!
    children+=("$machine")
    wait "$machine" || status=$?
    exec 3>&- 4>&- 5>&-
    for reader in "${readers[@]}"; do wait "$reader" || true; done
    return "$status"
}

report() {
    local result code
    result=$(tr -d '\r' <"$run/result")
    if [[ $result =~ ^exit\ ([0-9]+)$ ]]; then exit "${BASH_REMATCH[1]}"; fi
    if [[ -e $run/timed-out ]]; then
        code=$exit_timeout
        say "not done after $timeout seconds, the machine was ended"
    else
        code=$exit_machine
        [[ $result ]] || result=$(grep -m 1 -o 'Kernel panic.*' "$run/console" | tr -d '\r') || true
        say "the machine ended before the command did${result:+: $result}"
    fi
    if [[ $verbose == no ]]; then
        say 'the last lines of its console:'
        tail -n 25 "$run/console" | tr -d '\r' >&2
    fi
    cat "$run/qemu" "$run/virtiofsd" >&2 2>/dev/null || true
    exit "$code"
}

# shellcheck source=tests/vm/options.sh
source "$here/options.sh"
# shellcheck source=tests/vm/kernels.sh
source "$here/kernels.sh"
read_options "$@"
check_options
prepare_kernel "$kernel" # sets kernel_dir
[[ $prepare == no ]] || exit 0
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
run=$(mktemp -d /tmp/microbox-boot.XXXXXX)
write_initramfs
run_machine || true
report
