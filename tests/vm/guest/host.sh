# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# What the machine has whichever process 1 it gets. Read by init-*.sh.

# Those that the kernel lacks, or has built in, are passed over; others are loaded on demand.
modules='overlay veth bridge br_netfilter nf_tables nft_ct nft_nat nft_masq nft_chain_nat nft_reject_inet tun dummy
    loop erofs squashfs fuse ext4'
here=/run/microbox-vm
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# shellcheck source=/dev/null
. $here/conf
bb=$here/busybox

$bb hostname microbox-vm
$bb ip link set lo up
$bb mount --make-rshared /
$bb mount -t securityfs -o nosuid,nodev,noexec securityfs /sys/kernel/security 2>/dev/null
$bb mount -t bpf -o nosuid,nodev,noexec,mode=700 bpf /sys/fs/bpf 2>/dev/null
echo $here/modprobe >/proc/sys/kernel/modprobe
# shellcheck disable=SC2086 # a list
$here/modprobe -q -a $modules 2>/dev/null
for link in fd: stdin:/0 stdout:/1 stderr:/2; do
    [ -e "/dev/${link%%:*}" ] || $bb ln -s "/proc/self/fd${link#*:}" "/dev/${link%%:*}"
done
[ -e /dev/ptmx ] || $bb ln -s pts/ptmx /dev/ptmx
[ ! -e /dev/fuse ] || $bb chmod 666 /dev/fuse
[ ! -e /dev/net/tun ] || $bb chmod 666 /dev/net/tun

# disk DIR SIZE: in memory, because virtiofs and overlayfs are no upper layers and cannot be id-mapped.
disks=0
disk() {
    $bb mkdir -p "$1"
    disks=$((disks + 1))
    [ -d $here/disk ] || {
        $bb mkdir $here/disk
        $bb mount -t tmpfs -o size=100%,mode=700 tmpfs $here/disk
    }
    $bb truncate -s "$2" "$here/disk/$disks" && /sbin/mke2fs -q -t ext4 -F "$here/disk/$disks" &&
        $bb mount -t ext4 -o loop "$here/disk/$disks" "$1" && $bb chmod 1777 "$1" ||
        echo "microbox-vm: cannot make a disk at $1" >/dev/console
}
# shellcheck source=/dev/null
. $here/disks
