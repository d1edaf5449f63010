#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Time to start /bin/true in a root file system: microbox against the floor and its peers.

Rounds are interleaved, so that a disturbance of the machine hits all alike. Each program is started
with posix_spawn and waited for; "cold" rounds leave the machine idle before each start.
"""
import argparse
import json
import os
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
RANGE = 1000000000  # host ids that no other sandbox uses
# What an ordinary sandbox refuses; names, because OCI runtimes want names.
DENIED = """acct add_key bpf clock_adjtime clock_settime create_module delete_module finit_module
get_kernel_syms init_module ioperm iopl kcmp kexec_file_load kexec_load keyctl lookup_dcookie mount
move_pages name_to_handle_at nfsservctl open_by_handle_at perf_event_open personality pivot_root
process_vm_readv process_vm_writev ptrace query_module quotactl reboot request_key setns settimeofday
swapoff swapon umount2 unshare userfaultfd ustat vhangup""".split()


class Contender:
    """One program that starts the command; descriptors are opened anew for each start."""

    def __init__(self, name, arguments, opened=None):
        self.name = name
        self.arguments = arguments
        self.opened = opened or []
        self.times = {"hot": [], "cold": []}
        self.max_rss_kib = None
        self.system_calls = None
        self.failure = None

    def actions(self):
        null = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0) for fd in (0, 1)]
        return null + [(os.POSIX_SPAWN_OPEN, fd, path, os.O_RDONLY, 0) for fd, path in self.opened]

    def start(self):
        """Seconds from spawn to end; raises when it fails."""
        begin = time.monotonic_ns()
        pid = os.posix_spawn(self.arguments[0], self.arguments, ENVIRONMENT, file_actions=self.actions())
        _, status = os.waitpid(pid, 0)
        end = time.monotonic_ns()
        if os.waitstatus_to_exitcode(status) != 0:
            raise RuntimeError(f"{self.name}: exit code {os.waitstatus_to_exitcode(status)}")
        return (end - begin) / 1e9

    def measure(self, kind, idle):
        if self.failure:
            return
        if idle:
            time.sleep(idle)
        try:
            self.times[kind].append(self.start())
        except (RuntimeError, OSError) as error:
            self.failure = str(error)

    def shell(self, *before):
        """The finished process of one more start, with a program in front of it."""
        opened = " ".join(f"{fd}<{path}" for fd, path in self.opened)
        return subprocess.run(["sh", "-c", f'exec "$@" {opened}', "sh", *before, *self.arguments],
                              env=ENVIRONMENT, timeout=60, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True, text=True)

    def look_closer(self, timed):
        """Peak memory, and the number of system calls; None where one cannot be had."""
        if self.failure:
            return
        for line in self.shell(timed).stderr.splitlines():
            if line.startswith("maxrss "):
                self.max_rss_kib = int(line.split()[1])
        with tempfile.NamedTemporaryFile("r") as summary:
            try:
                self.shell("strace", "-f", "-c", "-U", "calls,name", "-o", summary.name)
            except (OSError, subprocess.SubprocessError):
                return
            totals = [line.split() for line in summary if line.rstrip().endswith("total")]
            self.system_calls = int(totals[-1][0]) if totals else None


def filter_program(path):
    """A 40-rule BPF program for bubblewrap: the same shape as the floor's."""
    load, jeq, jge, ret = 0x20, 0x15, 0x35, 0x06
    rules = 40
    code = [(load, 0, 0, 4), (jeq, 1, 0, 0xC000003E), (ret, 0, 0, 0x80000000), (load, 0, 0, 0),
            (jge, rules + 1, 0, 0x40000000)]
    code += [(jeq, rules - i, 0, 600 + i) for i in range(rules)]
    code += [(ret, 0, 0, 0x7FFF0000), (ret, 0, 0, 0x00050001)]
    with open(path, "wb") as file:
        for instruction in code:
            file.write(struct.pack("HBBI", *instruction))
    return path


def bundle(runtime, directory, root, command):
    """An OCI bundle that asks for what microbox does by default."""
    os.makedirs(directory)
    subprocess.run([runtime, "spec"], cwd=directory, check=True)
    path = os.path.join(directory, "config.json")
    with open(path, encoding="utf-8") as file:
        spec = json.load(file)
    spec["process"].update(terminal=False, args=command, noNewPrivileges=True)
    spec["root"] = {"path": root, "readonly": True}
    spec["hostname"] = "bench"
    linux = spec["linux"]
    linux["namespaces"] = [{"type": kind} for kind in
                           ("pid", "network", "ipc", "uts", "mount", "cgroup", "user")]
    mapping = [{"containerID": 0, "hostID": RANGE, "size": 65536}]
    linux["uidMappings"] = linux["gidMappings"] = mapping
    linux["resources"] = {"memory": {"limit": 1 << 30}, "pids": {"limit": 512},
                          "cpu": {"quota": 100000, "period": 100000}}
    linux["seccomp"] = {"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64"],
                        "syscalls": [{"names": DENIED, "action": "SCMP_ACT_ERRNO"}]}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(spec, file)
    return directory


def contenders(options, scratch):
    root, command = options.root, ["/bin/true"]
    floor = os.path.join(options.build, "bench", "floor")
    microbox = os.path.join(options.build, "bin", "microbox")
    found = [Contender("plain exec", command),
             Contender("floor", [floor, root] + command),
             Contender("floor, lean", [floor, "--lean", root] + command),
             Contender("microbox", [microbox, "--fs", root, "--"] + command)]
    if bwrap := shutil.which("bwrap"):
        found.append(Contender("bubblewrap", [
            bwrap, "--unshare-all", "--uid", "0", "--gid", "0", "--hostname", "bench", "--cap-drop", "ALL",
            "--new-session", "--die-with-parent", "--seccomp", "9", "--ro-bind", root, "/",
            "--proc", "/proc", "--dev", "/dev", "--mqueue", "/dev/mqueue", "--tmpfs", "/tmp",
            "--tmpfs", "/run"] + command, [(9, filter_program(os.path.join(scratch, "filter")))]))
    for name, more in (("crun", ["--cgroup-manager=cgroupfs"]), ("runc", [])):
        if runtime := shutil.which(name, path=ENVIRONMENT["PATH"]):
            place = bundle(runtime, os.path.join(scratch, name), root, command)
            state = os.path.join(scratch, name + "-state")
            found.append(Contender(name, [runtime, "--root", state] + more +
                                   ["run", "--bundle", place, f"bench-{os.getpid()}"]))
    if options.only:
        found = [one for one in found if one.name in options.only.split(",")]
    for one in found:
        if not os.path.exists(one.arguments[0]):
            one.failure = f"there is no {one.arguments[0]}"
    return found


def figures(times):
    """Milliseconds: least disturbed tenth, quartiles."""
    if len(times) < 2:
        return None
    ordered = sorted(1000 * one for one in times)
    low, middle, high = statistics.quantiles(ordered, n=4, method="inclusive")
    return {"p10": ordered[len(ordered) // 10], "q1": low, "median": middle, "q3": high, "n": len(ordered)}


def ratio(results, name, kind, figure, to):
    here, there = results[name].get(kind), results.get(to, {}).get(kind)
    return here[figure] / there[figure] if here and there else None


def show(value, pattern):
    return format(value, pattern) if value is not None else "-"


def print_table(results, kind):
    print(f"\n{kind}: milliseconds from spawn to end")
    print(f"{'':14}{'median':>8}{'p10':>8}{'q1':>8}{'q3':>8}{'x floor':>9}{'x bwrap':>9}{'RSS KiB':>9}{'syscalls':>9}")
    for name, row in results.items():
        if not row.get(kind):
            print(f"{name:14}  {row['failure'] or 'not measured'}")
            continue
        line = row[kind]
        print(f"{name:14}" + "".join(f"{line[key]:8.2f}" for key in ("median", "p10", "q1", "q3")) +
              f"{show(ratio(results, name, kind, 'p10', 'floor'), '.2f'):>9}"
              f"{show(ratio(results, name, kind, 'p10', 'bubblewrap'), '.2f'):>9}"
              f"{show(row['max_rss_kib'], 'd'):>9}{show(row['system_calls'], 'd'):>9}")
    print("ratios are those of p10, the least disturbed tenth")


def spans(contender, scratch, rounds=20):
    """Medians of microbox's own account of its start (--trace)."""
    path, durations = os.path.join(scratch, "trace.json"), {}
    for _ in range(rounds):
        subprocess.run([contender.arguments[0], "--trace", path] + contender.arguments[1:],
                       env=ENVIRONMENT, stdin=subprocess.DEVNULL, check=True)
        with open(path, encoding="utf-8") as file:
            events = json.load(file)
        for event in events["traceEvents"] if isinstance(events, dict) else events:
            if event.get("ph") == "X":
                durations.setdefault(event["name"], []).append(event["dur"])
    return {name: statistics.median(values) for name, values in durations.items()}


def print_spans(medians):
    print("\nspans of a microbox start, medians in microseconds")
    for name, value in medians.items():
        print(f"{name:40}{value:9.0f}")


def parse():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=100, help="starts of each program, hot and cold (100)")
    parser.add_argument("--idle", type=int, default=50, help="milliseconds before a cold start (50)")
    parser.add_argument("--root", help="root file system (default: the tests', made when it is missing)")
    parser.add_argument("--only", help="names of the programs to measure, with commas")
    parser.add_argument("--output", help="JSON file (default: bench.json in the build folder)")
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.rounds < 2:
        parser.error("--rounds: at least 2")
    return options


def prepare_root(options):
    if options.root:
        options.root = os.path.abspath(options.root)
        return
    options.root = os.path.join(options.build, "rootfs")
    script = os.path.join(HERE, "..", "support", "make-rootfs.sh")
    subprocess.run([script, os.path.join(HERE, "..", "..", "dev"), options.root], check=True, stdout=sys.stderr)


def hide_second_hierarchy():
    """crun refuses a host with both cgroup versions: hidden from all of us, in a mount namespace of our own."""
    second = "/sys/fs/cgroup/unified"
    if os.path.ismount(second):
        os.execvp("unshare", ["unshare", "--mount", "sh", "-c", 'umount -l "$0" && exec "$@"', second,
                              sys.executable] + sys.argv)


def main():
    options = parse()
    if os.geteuid() != 0:
        sys.exit("bench: needs root")
    hide_second_hierarchy()
    prepare_root(options)
    with tempfile.TemporaryDirectory(prefix="microbox-bench-") as scratch:
        found = contenders(options, scratch)
        for one in found:  # warm caches; who fails here is out
            one.measure("hot", 0)
            one.times["hot"].clear()
        for number in range(options.rounds):
            shift = number % len(found)
            for one in found[shift:] + found[:shift]:
                one.measure("hot", 0)
            for one in found[shift:] + found[:shift]:
                one.measure("cold", options.idle / 1000)
        for one in found:
            one.look_closer(os.path.join(options.build, "bench", "timed"))
        results = {one.name: {"hot": figures(one.times["hot"]), "cold": figures(one.times["cold"]),
                              "max_rss_kib": one.max_rss_kib, "system_calls": one.system_calls,
                              "failure": one.failure} for one in found}
        for kind in ("hot", "cold"):
            print_table(results, kind)
        report = {"kernel": os.uname().release, "processors": os.cpu_count(), "rounds": options.rounds,
                  "idle_ms": options.idle, "results": results}
        for one in found:
            if one.name == "microbox" and not one.failure:
                report["spans_us"] = spans(one, scratch)
                print_spans(report["spans_us"])
    path = options.output or os.path.join(options.build, "bench.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(report, file, indent=2)
    print(f"\nwritten: {path}")
    if any(one.failure for one in found):
        sys.exit("bench: " + "; ".join(f"{one.name}: {one.failure}" for one in found if one.failure))


if __name__ == "__main__":
    main()
