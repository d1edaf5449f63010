#!/bin/busybox sh
# shellcheck shell=sh disable=SC2154 # what conf has
# SPDX-License-Identifier: MIT
# First part of the machine, in the initramfs: builds the root file system, then goes there.
export PATH=/bin
/bin/busybox mkdir -p /proc /sys /dev /lower /rw /new
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev 2>/dev/null
# shellcheck source=/dev/null
. /microbox-vm/conf

fail() {
    echo "microbox-vm: $*"
    poweroff -f
}

while read -r module; do
    insmod "/modules/$module" || echo "microbox-vm: cannot load $module"
done </modules/order
mount -t virtiofs hostroot /lower || fail 'cannot mount the root of the machine outside'
mount -t tmpfs -o size=75%,mode=755 tmpfs /rw || fail 'cannot mount a tmpfs'
mkdir /rw/upper /rw/work /rw/cwd-upper /rw/cwd-work /rw/cwd-lower
mount -t overlay -o lowerdir=/lower,upperdir=/rw/upper,workdir=/rw/work overlay /new || fail 'cannot mount the overlay'

for dir in proc sys dev run tmp; do
    [ -d "/new/$dir" ] || mkdir -p "/new/$dir"
done
mount -t proc -o nosuid,nodev,noexec proc /new/proc
mount -t sysfs -o nosuid,nodev,noexec sysfs /new/sys
mount -t devtmpfs -o nosuid,mode=755 devtmpfs /new/dev
mkdir -p /new/dev/pts /new/dev/shm /new/dev/mqueue
mount -t devpts -o nosuid,noexec,gid=5,mode=620,ptmxmode=666 devpts /new/dev/pts
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs /new/dev/shm
mount -t mqueue -o nosuid,nodev,noexec mqueue /new/dev/mqueue
mount -t tmpfs -o nosuid,nodev,mode=755 tmpfs /new/run
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs /new/tmp

# A working directory that the fresh /tmp and /run hide is shown again.
case $workdir in
    /tmp/* | /run/* | /dev/shm/* | /var/run/*)
        mkdir -p "/new$workdir"
        mount --bind "/lower$workdir" /rw/cwd-lower &&
            mount -t overlay -o lowerdir=/rw/cwd-lower,upperdir=/rw/cwd-upper,workdir=/rw/cwd-work overlay "/new$workdir"
        ;;
esac

mkdir -p /new/run/microbox-vm /new/run/lock /new/run/user "/new/lib/modules/$release"
mount --bind "/lower$modules_dir" "/new/lib/modules/$release" || echo 'microbox-vm: no modules'
cp /microbox-vm/* /bin/busybox /new/run/microbox-vm/
ln -s busybox /new/run/microbox-vm/modprobe
umount /dev 2>/dev/null
umount /sys
umount /proc
exec switch_root /new /run/microbox-vm/busybox sh "/run/microbox-vm/init-$init.sh"
