#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# boot.sh [OPTION...] [--] COMMAND [ARG...]: runs COMMAND in a throw-away virtual machine. README.md beside it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
readonly exit_usage=2 exit_timeout=124 exit_machine=125

help() {
    cat <<'TEXT'
usage: boot.sh [OPTION...] [--] COMMAND [ARG...]

Runs COMMAND as root in a throw-away virtual machine over this machine's root file system; what it writes is
dropped. Exits with COMMAND's exit code; 124: the time was over; 125: the machine itself failed; 2: a wrong option.

  --kernel SUITE      the cloud kernel of a Debian suite: bookworm (default), trixie, ...
  --init KIND         what is process 1: none (default; cgroups laid out as systemd does it) or systemd
  --user              COMMAND as the plain user microbox-test, as a login gives it to one
  --disk DIR[:SIZE]   an empty ext4 at DIR (default 1G, sparse, in the machine's memory; repeatable)
  --env NAME[=VALUE]  a variable for COMMAND (repeatable)
  --memory SIZE       512M, 2G (default), ...
  --cpus N            processors (default 2)
  --timeout SECONDS   of the whole, boot included (default 300)
  --accel KIND        kvm, tcg (emulated), or auto (default)
  --cmdline WORDS     kernel command line (default: apparmor=1 security=apparmor)
  --prepare           only fetch the kernel
  --verbose           the kernel's console on stderr
TEXT
}

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

kvm_works() { [[ -r /dev/kvm && -w /dev/kvm ]] && grep -qwE 'vmx|svm' /proc/cpuinfo; }

# --- options ------------------------------------------------------------------------------------

kernel=bookworm init=none user=no memory=2G cpus=2 timeout=300 accel=auto prepare=no verbose=no
cmdline='apparmor=1 security=apparmor'
disks=() environment=() command=()

read_options() {
    while (($#)); do
        case $1 in
            --kernel | --init | --disk | --env | --memory | --cpus | --timeout | --accel | --cmdline)
                (($# > 1)) || wrong "$1 needs a value"
                ;;
        esac
        case $1 in
            --disk) disks+=("$2") && shift ;;
            --env)
                if [[ $2 == *=* ]]; then environment+=("$2"); elif [[ -v $2 ]]; then environment+=("$2=${!2}"); fi
                shift
                ;;
            --kernel | --init | --memory | --cpus | --timeout | --accel | --cmdline)
                printf -v "${1#--}" '%s' "$2"
                shift
                ;;
            --user | --prepare | --verbose) printf -v "${1#--}" yes ;;
            -h | --help) help && exit ;;
            --) shift && break ;;
            -*) wrong "unknown option '$1'" ;;
            *) break ;;
        esac
        shift
    done
    command=("$@")
}

check_options() {
    local item
    [[ $prepare == yes || ${#command[@]} -gt 0 ]] || wrong 'no command'
    [[ $kernel =~ ^[a-z]+$ ]] || wrong "--kernel: '$kernel' is not a suite such as bookworm"
    [[ $init =~ ^(none|systemd)$ ]] || wrong "--init: '$init' is not none or systemd"
    [[ $memory =~ ^[1-9][0-9]*[MG]$ ]] || wrong "--memory: '$memory' is not a size such as 512M or 2G"
    [[ $cpus =~ ^[1-9][0-9]*$ ]] || wrong "--cpus: '$cpus' is not a number"
    [[ $timeout =~ ^[1-9][0-9]*$ ]] || wrong "--timeout: '$timeout' is not a number of seconds"
    [[ $accel =~ ^(auto|kvm|tcg)$ ]] || wrong "--accel: '$accel' is not auto, kvm or tcg"
    for item in "${disks[@]}"; do
        [[ $item =~ ^/[^:]*(:[1-9][0-9]*[MG])?$ ]] || wrong "--disk: '$item' is not DIR or DIR:SIZE, with an absolute DIR"
    done
    for item in "${environment[@]}"; do
        [[ $item =~ ^[A-Za-z_][A-Za-z0-9_]*= ]] || wrong "--env: '$item' is not NAME=VALUE"
    done
    ((EUID == 0)) || die 'needs root'
    [[ $(uname -m) == x86_64 ]] || die "needs an x86_64 machine, this is a $(uname -m)"
    for item in qemu-system-x86_64 busybox mke2fs dpkg-deb; do
        command -v "$item" >/dev/null || die "no $item here: ./dev install-deps vm"
    done
    [[ $accel != auto ]] || if kvm_works; then accel=kvm; else accel=tcg; fi
}

# --- one run ------------------------------------------------------------------------------------

# What this run has of its own, appended to the kernel's initramfs.
write_initramfs() {
    local extra=$run/extra/microbox-vm item size
    mkdir -p "$extra"
    cp "$here"/guest/* "$here/../support/as-user.sh" "$extra"
    mv "$extra/early.sh" "$run/extra/init"
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
    cp "$kernel_dir/initramfs" "$run/initramfs"
    (cd "$run/extra" && find . | busybox cpio -o -H newc 2>/dev/null) >>"$run/initramfs"
    rm -rf "$run/extra"
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
    # When its first process ends, so does all that it started.
    unshare --mount --propagation private --pid --fork --kill-child --mount-proc -- \
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

# shellcheck source=tests/vm/kernels.sh
source "$here/kernels.sh"
read_options "$@"
check_options
prepare_kernel "$kernel" # sets kernel_dir
[[ $prepare == no ]] || exit 0
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
run=$(mktemp -d /tmp/microbox-vm.XXXXXX)
write_initramfs
run_machine || true
report
