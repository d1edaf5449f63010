# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# Becomes systemd, with little more than D-Bus and logind: what a test of a user manager needs. Everything else would cost
# minutes where the processor is emulated.
# shellcheck source=tests/vm/guest/host.sh
. /run/microbox-vm/host.sh

# --- the plain user, known to everyone ----------------------------------------------------------

name=microbox-test id=20000
echo "$name:*:$id:$id::/home/$name:/bin/bash" >>/etc/passwd
echo "$name:*:$id:" >>/etc/group
echo "$name:*:19000:0:99999:7:::" >>/etc/shadow
echo "$name:600000:65536" >>/etc/subuid
echo "$name:600000:65536" >>/etc/subgid
$bb mkdir -p /home/$name
$bb chown $id:$id /home/$name
printf 'account required pam_permit.so\nsession required pam_systemd.so\n' >/etc/pam.d/microbox-vm

# --- units --------------------------------------------------------------------------------------

# What the machine outside has enabled is not for us.
$bb mount -t tmpfs -o mode=755 tmpfs /etc/systemd/system
mask() {
    for entry in "$@"; do
        [ ! -e "$entry" ] || $bb ln -sf /dev/null "$into/${entry##*/}"
    done
}
into=/etc/systemd/system
for target in sysinit local-fs sockets timers multi-user graphical; do
    mask /lib/systemd/system/$target.target.wants/*
done
$bb rm -f $into/dbus.socket $into/dbus.service $into/systemd-logind.service
for kind in system user; do
    into=/etc/systemd/$kind-generators
    $bb mkdir -p $into
    mask /lib/systemd/$kind-generators/*
    # There is no journal to write to.
    $bb mkdir -p /run/systemd/$kind.conf.d
    printf '[Manager]\nDefaultStandardOutput=null\n' >/run/systemd/$kind.conf.d/output.conf
done
# What users' managers start besides the bus.
$bb mount -t tmpfs -o mode=755 tmpfs /etc/systemd/user
into=/etc/systemd/user
for target in default sockets timers basic graphical-session-pre; do
    mask /usr/lib/systemd/user/$target.target.wants/*
done
$bb rm -f $into/dbus.socket $into/dbus.service

{
    printf '[Unit]\nDefaultDependencies=no\nWants=dbus.socket systemd-logind.service\n'
    printf 'After=dbus.socket systemd-logind.service\n'
    printf '[Service]\nKillMode=none\nExecStart=%s sh %s/command.sh\n' $bb $here
} >/etc/systemd/system/microbox-vm.service
exec /lib/systemd/systemd --unit=microbox-vm.service --log-target=kmsg --log-level=notice
