#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# as-user.sh [--delegate] PROGRAM ARG...: as root, runs PROGRAM as the plain user microbox-test, as a login gives it to one:
# subordinate ids, a home and a runtime directory. With --delegate also a cgroup of its own (cgroup v2 without systemd).
# The user exists in a mount namespace only, nothing of the machine is changed. Called by another than root: as the caller.
set -euo pipefail
name=microbox-test
delegate=no
if [[ $1 == --delegate ]]; then
    delegate=yes
    shift
fi

# A listing of tests while building needs no user.
case " $* " in *' --gtest_list_tests '*) exec "$@" ;; esac
((EUID == 0)) || exec "$@"
if [[ ${MICROBOX_AS_USER:-} != "$PPID" ]]; then
    [[ $delegate == no ]] || set -- --delegate "$@"
    # The shell that we are is replaced, so its parent is the parent of the next one as well.
    MICROBOX_AS_USER=$PPID exec unshare --mount --propagation private "$0" "$@"
fi
unset MICROBOX_AS_USER

source=$(cd "$(dirname "$0")/../.." && pwd)
program=$(readlink -f "$1")
build=${program%/*/*}
[[ -d $build ]] || build=/

# The first free id far from those that people have, so that no other process is the user's.
id=20000
while grep -q "^[^:]*:[^:]*:$id:" /etc/passwd /etc/group; do id=$((id + 1)); done

# --- directories --------------------------------------------------------------------------------

# The first directory on the way to DIR that others may not pass.
closed_part() {
    local way='' part parts
    IFS=/ read -ra parts <<<"${1#/}"
    for part in "${parts[@]}"; do
        way=$way/$part
        [[ $(stat -c %a "$way") == *[1357] ]] || { echo "$way" && return; }
    done
}
cover() { [[ ! -d $1 ]] || mount -t tmpfs -o nosuid,nodev,mode=755 tmpfs "$1"; }
# back FD DIR: what was covered with the rest is seen again where it was.
back() {
    [[ ! /proc/self/fd/$1 -ef $2 ]] || return 0
    mkdir -p "$2"
    mount --no-canonicalize --rbind "/proc/self/fd/$1" "$2"
}

exec 7<"$source" 8<"$build" 9</run
closed_source=$(closed_part "$source")
closed_build=$(closed_part "$build")
# A machine that is thrown away has the place for it.
[[ -d /home/$name ]] && home=/home/$name || home=/home
cover "$home"
cover "$closed_source"
cover "$closed_build"
back 7 "$source"
back 8 "$build"
# A host that never had a login has no place for runtime directories: /run is laid out anew.
if [[ ! -d /run/user ]]; then
    cover /run
    for entry in /proc/self/fd/9/*; do
        target=/run/${entry##*/}
        if [[ -L $entry ]]; then
            cp -P "$entry" "$target"
        elif [[ -d $entry ]]; then
            mkdir -p "$target" # mount(8) has made one of its own
            mount --no-canonicalize --rbind "$entry" "$target"
        fi
    done
    mkdir /run/user
fi
exec 7<&- 8<&- 9<&-
cover /run/user
mkdir -p "/run/user/$id" "/home/$name"
mount -t tmpfs -o "nosuid,nodev,mode=700,uid=$id,gid=$id" tmpfs "/run/user/$id"
chmod 700 "/home/$name"
chown "$id:$id" "/home/$name"

# udev gives both to everybody; here it may not be there.
for device in fuse:10:229 net/tun:10:200; do
    IFS=: read -r name_of major minor <<<"$device"
    [[ -c /dev/$name_of ]] || continue
    mount -t tmpfs -o nosuid,mode=755 tmpfs "/run/user/$id"
    mknod -m 666 "/run/user/$id/node" c "$major" "$minor"
    mount --bind "/run/user/$id/node" "/dev/$name_of"
    umount "/run/user/$id"
done

# --- names --------------------------------------------------------------------------------------

# with_line FILE LINE: a copy with one more line, over the file.
with_line() {
    local copy=/run/user/etc-${1##*/}
    cp "$1" "$copy"
    echo "$2" >>"$copy"
    chmod 644 "$copy"
    mount --bind "$copy" "$1"
}
# A range behind all that others have.
subordinate() {
    [[ -e $1 ]] || : >"$1" # as the package passwd does
    echo "$name:$(awk -F: 'BEGIN { m = 100000 } $2 + $3 > m { m = $2 + $3 } END { print m }' "$1"):65536"
}
with_line /etc/passwd "$name:*:$id:$id::/home/$name:/bin/sh"
with_line /etc/group "$name:*:$id:"
with_line /etc/subuid "$(subordinate /etc/subuid)"
with_line /etc/subgid "$(subordinate /etc/subgid)"
# As systemd leaves them to every session; nothing of it reaches the namespace outside.
mount --make-rshared /

# --- the cgroup ---------------------------------------------------------------------------------

enable_all() {
    local controllers
    read -ra controllers <"$1/cgroup.controllers"
    echo "${controllers[@]/#/+}" >"$1/cgroup.subtree_control"
}
# From user@ID.service down it is the user's own, as systemd delegates it.
if [[ $delegate == yes ]]; then
    slice=/sys/fs/cgroup/user.slice/user-$id.slice
    service=$slice/user@$id.service
    mkdir -p "$service"
    enable_all "${slice%/*}"
    enable_all "$slice"
    enable_all "$service"
    mkdir -p "$service/app.slice"
    enable_all "$service/app.slice"
    mkdir -p "$service/app.slice/test.scope"
    for group in "$service" "$service/app.slice" "$service/app.slice/test.scope"; do
        chown "$id:$id" "$group" "$group/cgroup.procs" "$group/cgroup.threads" "$group/cgroup.subtree_control"
    done
    echo $$ >"$service/app.slice/test.scope/cgroup.procs"
fi

unset DBUS_SESSION_BUS_ADDRESS XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME
export MICROBOX_TEST_USER="$name"
export HOME="/home/$name" USER="$name" LOGNAME="$name" SHELL=/bin/sh XDG_RUNTIME_DIR="/run/user/$id"
# Where we were may lie below what was covered.
cd "$(pwd)" 2>/dev/null || cd /
exec setpriv --reuid "$id" --regid "$id" --init-groups --inh-caps=-all "$@"
