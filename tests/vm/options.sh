# shellcheck shell=bash disable=SC2034 # read by boot.sh
# SPDX-License-Identifier: MIT
# The options of boot.sh, and what this machine must have.

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

kvm_works() { [[ -r /dev/kvm && -w /dev/kvm ]] && grep -qwE 'vmx|svm' /proc/cpuinfo; }

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
