#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the examples of the README and of other documents: examples.py SOURCE BUILD DOCUMENT...

A ```sh block is run line by line, in a folder with the things that the examples name. "# exit N" at the
end of a line is the exit code that is expected, 0 otherwise. An ```output block after it is what all of
its lines print, standard error included; a line "..." stands for any lines. "```cpp NAME" writes a file.
Lines that begin with ./dev are not run: their verb must exist. Exits with 77 where they cannot run.
It all happens on a host of its own: a network with one uplink that leads nowhere, and its own /run/microbox.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

FENCE = re.compile(r"^```(\w+)?(?: (\S+))?$")
EXPECTED = re.compile(r"\s+# exit (\d+)$")


def blocks(text):
    """Yields (line number, kind, name, lines) of each fenced block."""
    kind, name, start, lines = None, None, 0, []
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if kind is None and fence and fence[1]:
            kind, name, start, lines = fence[1], fence[2], number + 1, []
        elif kind is not None and line == "```":
            yield start, kind, name, lines
            kind = None
        elif kind is not None:
            lines.append(line)


def prepare(folder, source, build):
    """The things that the examples name."""
    os.symlink(os.path.join(build, "rootfs"), f"{folder}/debian")
    os.symlink(os.path.join(build, "rootfs.tar"), f"{folder}/debian.tar")
    os.symlink(os.path.join(source, "sdk"), f"{folder}/sdk")
    shutil.copy(os.path.join(build, "payload/readme-hello"), f"{folder}/hello")
    for name in ("data", "work", "mine", "home/.config/microbox/profiles"):
        os.makedirs(f"{folder}/{name}")
    for name in ("work", "mine"):
        os.chown(f"{folder}/{name}", 1000, 1000)
    contents = {
        "data/numbers.txt": "1 2 3\n",
        "job.env": "# of the job\nCOLOUR=blue\n",
        "policy.json": '{"options": ["--fs", "system"], "assertions": [{"may_read": "/etc/passwd"},\n'
                       '  {"may_not_read": "/etc/shadow"}, {"run": ["false"], "fails": true}]}\n',
        "job.json": '{\n    // the programs of the host\n    "fs": "system",\n    "memory": "256M",\n'
                    '    "storage": "128M"\n}\n',
        "home/.config/microbox/profiles/judge.json":
            '{"timeout": "10s", "pids": 32, "require": ["limit-time"]}\n',
        "profile.json": '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["ptrace"], '
                        '"action": "SCMP_ACT_ERRNO"}]}\n',
    }
    for name, content in contents.items():
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(content)


class Examples:
    def __init__(self, source, build, folder):
        self.source, self.folder = source, folder
        self.environment = {
            "PATH": f"{build}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": f"{folder}/home", "LANG": "C.UTF-8",
        }
        self.faults, self.ran, self.document = [], 0, ""
        with open(f"{source}/dev", encoding="utf-8") as file:
            self.dev = file.read()

    def fault(self, number, line, why):
        self.faults.append(f"{self.document}:{number}: {line}\n    {why}")

    def run_line(self, number, line):
        if line.startswith("./dev "):
            verb = line.split()[1]
            if not re.search(rf"^  {verb}\b", self.dev, re.M):
                self.fault(number, line, f"./dev has no verb {verb}")
            return ""
        expected = EXPECTED.search(line)
        wanted = int(expected[1]) if expected else 0
        command = line[:expected.start()] if expected else line
        try:
            done = subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.environment,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=60, check=False)
        except subprocess.TimeoutExpired:
            self.fault(number, line, "did not end within a minute")
            return ""
        self.ran += 1
        output = done.stdout.decode(errors="replace")
        if done.returncode != wanted:
            self.fault(number, line, f"exit {done.returncode}, not {wanted}: {output.strip()}")
        return output

    def compare(self, number, wanted, output):
        pattern = "".join(r"(?:.*\n)*" if line == "..." else re.escape(line) + r"\n"
                          for line in wanted)
        if not re.fullmatch(pattern, output):
            self.fault(number, "output", "is\n" + output)

    def run(self, document):
        """Runs a document's examples; returns its text."""
        self.document, output = document, ""
        with open(f"{self.source}/{document}", encoding="utf-8") as file:
            text = file.read()
        for number, kind, name, lines in blocks(text):
            if kind == "sh":
                output = "".join(self.run_line(number + i, line) for i, line in enumerate(lines))
            elif kind == "output":
                self.compare(number, lines, output)
            elif name:
                with open(f"{self.folder}/{name}", "w", encoding="utf-8") as file:
                    file.write("\n".join(lines) + "\n")
        return text

    def check_options(self, text):
        """Every option that --help knows stands in an example."""
        shown = "\n".join(line for _, kind, _, lines in blocks(text) if kind == "sh"
                          for line in lines)
        told = subprocess.run(["microbox", "--help"], env=self.environment, stdout=subprocess.PIPE,
                              check=True).stdout.decode()
        names = re.findall(r"^  (?:(-\w), )?(--[\w-]+)", told, re.M)
        if len(names) < 20:
            self.fault(1, "--help", "shows hardly any option: has its format changed?")
        for short, name in names:
            if not re.search(rf"(?<![\w-])({name}|{short or name})(?![\w-])", shown):
                self.fault(1, name, "is an option without an example")


UPLINK = """
mount --make-rprivate / && mkdir -p -m 700 /run/microbox && mount -t tmpfs -o mode=700 readme /run/microbox &&
ip link set lo up && ip link add up0 type veth peer name away0 && ip link set away0 up && ip link set up0 up &&
ip address add 192.0.2.2/24 dev up0 && ip route add default via 192.0.2.1 &&
exec "$@"
"""


def enter_own_host():
    """Comes back in it: bridges, tables and switches of the machine itself stay as they are."""
    if os.environ.get("MICROBOX_README_HOST") != "own":
        os.environ["MICROBOX_README_HOST"] = "own"
        os.execvp("unshare", ["unshare", "--net", "--mount", "sh", "-c", UPLINK, "sh", sys.executable, *sys.argv])


def main():
    source, build, *documents = sys.argv[1:]
    if os.geteuid() != 0:
        print("needs root")
        return 77
    enter_own_host()
    with tempfile.TemporaryDirectory(prefix="microbox-readme-") as folder:
        os.chmod(folder, 0o755)
        prepare(folder, source, build)
        examples = Examples(source, build, folder)
        texts = [examples.run(document) for document in documents]
        examples.check_options("\n".join(texts))
    print(f"{examples.ran} commands run, {len(examples.faults)} faults")
    print("\n".join(examples.faults))
    return 1 if examples.faults or examples.ran < 50 else 0


if __name__ == "__main__":
    sys.exit(main())
