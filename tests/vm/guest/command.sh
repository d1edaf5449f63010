# shellcheck shell=sh disable=SC2154 # what conf has
# SPDX-License-Identifier: MIT
# Runs the command between the two streams and ends the machine with its exit code. Read by init-none.sh; a service of systemd.
here=/run/microbox-vm
bb=$here/busybox
# shellcheck source=/dev/null
. $here/conf

port() {
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        for entry in /sys/class/virtio-ports/*; do
            if [ "$($bb cat "$entry/name" 2>/dev/null)" = "$1" ]; then
                echo "/dev/${entry##*/}"
                return
            fi
        done
        $bb usleep 100000
    done
}

# It stays open: a second opening of a port is refused.
exec 9>"$(port control)"
# Named pipes, so that the command sees no terminal and may open /dev/stdout again, whoever it runs as.
$bb mkfifo -m 666 $here/out $here/err
$bb cat $here/out >"$(port stdout)" &
out_pid=$!
$bb cat $here/err >"$(port stderr)" &
err_pid=$!

(
    exec 9>&-
    [ "$init" = systemd ] || echo 0 >/sys/fs/cgroup/system.slice/microbox-vm.service/cgroup.procs
    echo 0 >/proc/self/oom_score_adj
    exec </dev/null >$here/out 2>$here/err
    export HOME=/root USER=root LOGNAME=root SHELL=/bin/bash
    set -- /bin/sh $here/command
    if [ "$user" = yes ]; then
        case $init in
            none) set -- $here/as-user.sh --delegate "$@" ;;
            systemd) set -- $here/as-session.sh "$@" ;;
        esac
    fi
    exec $bb setsid "$@"
) &
wait $!
code=$?

# End whatever is left, so that both streams end.
for _ in 1 2 3 4 5; do
    [ "$init" = none ] || break
    found=
    for process in /proc/[0-9]*; do
        pid=${process#/proc/}
        case $pid in 1 | "$out_pid" | "$err_pid") continue ;; esac
        [ -n "$($bb readlink "$process/exe" 2>/dev/null)" ] || continue
        kill -9 "$pid" 2>/dev/null && found=1
    done
    [ -n "$found" ] || break
done
wait $out_pid $err_pid
echo "exit $code" >&9
$bb sync
$bb poweroff -f
