#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# machine.sh RUN KERNEL_DIR ACCEL MEMORY CPUS TIMEOUT CMDLINE: qemu and the server of its root file system, called by boot.sh as
# the first process of a mount and a pid namespace.
set -euo pipefail
run=$1 kernel_dir=$2 accel=$3 memory=$4 cpus=$5 timeout=$6 cmdline=$7

# Every mount turns read-only: a machine that goes wrong cannot write to the one outside.
protect() {
    local point
    mount --bind "$run" "$run"
    # Where virtiofsd keeps a lock.
    mkdir -p /run/virtiofsd
    mount -t tmpfs -o mode=700 tmpfs /run/virtiofsd
    while read -r _ _ _ _ point _; do
        printf -v point '%b' "$point"
        case $point/ in
            /proc/* | /sys/* | /dev/* | /run/virtiofsd/* | "$run"/*) ;;
            *) mount -o remount,bind,ro "$point" 2>/dev/null || true ;;
        esac
    done </proc/self/mountinfo
}

start_virtiofsd() {
    local tries
    # Its sandbox pivots, which / itself does not allow.
    mkdir "$run/root"
    mount --rbind / "$run/root"
    if [[ -x /usr/libexec/virtiofsd ]]; then
        /usr/libexec/virtiofsd --socket-path "$run/fs.sock" --shared-dir "$run/root" --cache always --xattr \
            </dev/null >"$run/virtiofsd" 2>&1 &
    else
        /usr/lib/qemu/virtiofsd --socket-path="$run/fs.sock" -o "source=$run/root" -o cache=always -o xattr \
            -o log_level=warn -f </dev/null >"$run/virtiofsd" 2>&1 &
    fi
    for tries in {1..100}; do
        [[ ! -S $run/fs.sock ]] || return 0
        sleep 0.05
    done
    echo "boot.sh: virtiofsd did not start in $tries tries" >&2
    return 1
}

start_qemu() {
    local how=(-accel kvm -cpu host)
    # One thread for all processors: with one each, a boot was seen to panic (README.md).
    [[ $accel == kvm ]] || how=(-accel 'tcg,thread=single' -cpu max)
    timeout -s KILL "$timeout" qemu-system-x86_64 -nodefaults -no-user-config -display none -monitor none -no-reboot \
        -machine q35,memory-backend=memory "${how[@]}" -smp "$cpus" \
        -m "$memory" -object "memory-backend-memfd,id=memory,size=$memory,share=on" \
        -kernel "$kernel_dir/vmlinuz" -initrd "$run/initramfs" \
        -append "console=ttyS0 panic=-1 mitigations=off $cmdline" \
        -chardev "file,id=console,path=$run/console" -serial chardev:console \
        -chardev "socket,id=fs,path=$run/fs.sock" \
        -device vhost-user-fs-pci,chardev=fs,tag=hostroot,queue-size=1024 \
        -device virtio-serial-pci \
        -chardev "file,id=stdout,path=$run/stdout" -device virtserialport,chardev=stdout,name=stdout \
        -chardev "file,id=stderr,path=$run/stderr" -device virtserialport,chardev=stderr,name=stderr \
        -chardev "file,id=control,path=$run/control" -device virtserialport,chardev=control,name=control \
        </dev/null >"$run/qemu" 2>&1 &
    # Waited for apart, so that the shell does not report a killed job.
    wait $! 2>/dev/null
}

protect
# The machine's files stand for open files here: one for each that it remembers.
ulimit -n "$(</proc/sys/fs/nr_open)" 2>/dev/null || ulimit -n "$(ulimit -Hn)"
start_virtiofsd
status=0
start_qemu || status=$?
# timeout(1) says 137 when it had to kill.
((status != 137)) || : >"$run/timed-out"
