// SPDX-License-Identifier: MIT
// Ordinary programs at their ordinary work: interpreters, a compiler, version control, pipes.
#include "tests/support/sandbox.hpp"

#include <unistd.h>

namespace microbox::testing {

namespace {

Options with_time(std::chrono::seconds limit = std::chrono::seconds(60)) {
    Options options;
    options.timeout = limit;
    return options;
}

bool on_host(const char* program) {
    return ::access((std::string("/usr/bin/") + program).c_str(), X_OK) == 0;
}

/// In the host's programs; /tmp is where work is done.
Outcome shell(const std::string& script, std::vector<std::string> options = {}) {
    options.insert(options.end(), {"--fs", "system", "-w", "/tmp", "--", "sh", "-euc", script});
    return run(options, with_time());
}

} // namespace

TEST(Programs, PythonForksFiftyChildren) {
    MBX_NEEDS_ROOT();
    const std::string program =
        "import os\n"
        "children = []\n"
        "for number in range(50):\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        os._exit(number)\n"
        "    children.append(child)\n"
        "codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]\n"
        "print('sum', sum(codes), len(set(codes)))\n";

    const Outcome outcome = run({"--fs", rootfs(), "--", "python3", "-c", program}, with_time());

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("sum"), "1225 50") << outcome.describe();
}

TEST(Programs, OrphansAreReapedByInit) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = shell("for i in $(seq 20); do sh -c 'sleep 0.05 &'; done\n"
                                  "sleep 0.1\n"
                                  "for i in $(seq 100); do\n"
                                  "    grep -l '^State:.*Z' /proc/[0-9]*/status 2>/dev/null "
                                  ">/tmp/dead || true\n"
                                  "    test -s /tmp/dead || break\n"
                                  "    sleep 0.1\n"
                                  "done\n"
                                  "echo dead $(wc -l < /tmp/dead)\n");

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("dead"), "0") << outcome.describe();
}

TEST(Programs, ACompilerMakesAProgramThatRuns) {
    MBX_NEEDS_ROOT();
    if (!on_host("g++"))
        GTEST_SKIP() << "needs g++ on the host";

    const Outcome outcome =
        shell("printf '#include <iostream>\\nint main() { std::cout << \"compiled \" << 6 * 7 << "
              "\"\\\\n\"; }\\n' > a.cpp\n"
              "g++ -O1 -o a a.cpp\n"
              "./a\n");

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("compiled"), "42") << outcome.describe();
}

TEST(Programs, MakeRunsInParallel) {
    MBX_NEEDS_ROOT();
    if (!on_host("make"))
        GTEST_SKIP() << "needs make on the host";

    const Outcome outcome = shell("printf 'all: a b c\\n%%: ; @echo made $@ > $@\\n' > Makefile\n"
                                  "make -s -j4\n"
                                  "cat a b c | sort | tr '\\n' ' '\n");

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out, "made a made b made c ") << outcome.describe();
}

TEST(Programs, GitKeepsAHistory) {
    MBX_NEEDS_ROOT();
    if (!on_host("git"))
        GTEST_SKIP() << "needs git on the host";

    const Outcome outcome = shell("git init -q repository && cd repository\n"
                                  "git config user.name A && git config user.email a@example.org\n"
                                  "echo one > file && git add file && git commit -q -m first\n"
                                  "echo two > file && git commit -q -a -m second\n"
                                  "git checkout -q -b side HEAD~1\n"
                                  "echo commits $(git log --oneline --all | wc -l) $(cat file)\n"
                                  "git clone -q . /tmp/clone && git -C /tmp/clone fsck --strict\n");

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("commits"), "2 one") << outcome.describe();
}

TEST(Programs, PerlCountsWords) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run({"--fs",
                                 rootfs(),
                                 "--",
                                 "perl",
                                 "-e",
                                 "my %n; $n{$_}++ for split ' ', 'a b a'; print \"a $n{a}\\n\""},
                                with_time());

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("a"), "2") << outcome.describe();
}

TEST(Programs, SqliteLocksAndSyncsItsFile) {
    MBX_NEEDS_ROOT();
    if (!on_host("sqlite3"))
        GTEST_SKIP() << "needs sqlite3 on the host";

    const Outcome outcome =
        shell("sqlite3 /tmp/d 'pragma journal_mode=wal; create table t(n); begin; insert into t "
              "select value from generate_series(1, 1000); commit; select \"rows \" || count(*) "
              "from t;'\n");

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("rows"), "1000") << outcome.describe();
}

TEST(Programs, NodeRunsItsThreads) {
    MBX_NEEDS_ROOT();
    if (!on_host("node"))
        GTEST_SKIP() << "needs node on the host";

    const Outcome outcome =
        shell("node -e 'const {Worker} = require(\"worker_threads\");"
              "new Worker(\"require(\\\"worker_threads\\\").parentPort.postMessage(42)\", {eval: "
              "true}).on(\"message\", n => console.log(\"worker\", n))'\n",
              {"--memory", "1G"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("worker"), "42") << outcome.describe();
}

TEST(Pipes, SixtyFourMebibytesPassThroughCatUnharmed) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory folder;
    Options options = with_time();
    options.program = "/bin/sh";
    options.directory = folder.path();

    const Outcome outcome = run({"-c",
                                 "head -c 64M /dev/urandom > data; cat data | " + binary_path() +
                                     " --fs system -- cat | cmp - data && echo same"},
                                options);

    EXPECT_EQ(outcome.out, "same\n") << outcome.describe();
}

TEST(Pipes, AReaderThatLeavesEndsTheWriter) {
    MBX_NEEDS_ROOT();
    Options options = with_time();
    options.program = "/bin/sh";

    const Outcome outcome = run({"-c", binary_path() + " --fs system -- yes | head -n 3"}, options);

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out, "y\ny\ny\n") << outcome.describe();
}

} // namespace microbox::testing
