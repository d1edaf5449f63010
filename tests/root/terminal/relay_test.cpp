// SPDX-License-Identifier: MIT
// Every byte arrives, however slow the other side; and what happens when a side goes away.
#include "tests/root/terminal/pty_session.hpp"
#include "tests/support/host_state.hpp"
#include "tests/support/outside.hpp"

#include <algorithm>
#include <csignal>
#include <sstream>

#include <sys/wait.h>
#include <unistd.h>

namespace microbox::testing {

using std::chrono::milliseconds;

namespace {

/// Processor time that it has used; 100 ticks are a second.
long ticks_of(pid_t pid) {
    const std::string line = content_of("/proc/" + std::to_string(pid) + "/stat");
    std::istringstream rest(line.substr(line.rfind(')') + 1));
    std::string skipped;
    for (int i = 0; i < 11; ++i)
        rest >> skipped;
    long user = -1;
    long system = 0;
    rest >> user >> system;
    return user + system;
}

} // namespace

TEST(Relay, AMebibyteOfOutputArrivesWhole) {
    MBX_NEEDS_ROOT();
    PtySession session(microbox_words({}, "seq -w 1 131072; exit 6")); // 7 bytes and "\r" each
    // Nobody reads for a while: the command is held up, nothing is lost.
    ::usleep(300'000);

    ASSERT_EQ(session.code(std::chrono::seconds(60)), 6);
    std::string expected;
    for (int i = 1; i <= 131072; ++i) {
        std::string number = std::to_string(i);
        expected += std::string(6 - number.size(), '0') + number + "\r\n";
    }
    EXPECT_EQ(session.all().size(), expected.size());
    EXPECT_TRUE(session.all() == expected);
}

TEST(Relay, AFloodThatNobodyReadsIsHeldUp) {
    MBX_NEEDS_ROOT();
    PtySession session(microbox_words({}, "yes"));
    ::usleep(500'000); // all is full by now
    const std::string memory = status_field(session.pid(), "VmRSS");
    const long before = ticks_of(session.pid());
    ASSERT_GT(before, -1);

    ::usleep(500'000);

    EXPECT_EQ(status_field(session.pid(), "VmRSS"), memory);
    EXPECT_LE(ticks_of(session.pid()) - before, 5);
    session.type("\x03");
    EXPECT_EQ(session.code(), 128 + SIGINT);
}

TEST(Relay, TheLastWordsArrive) {
    MBX_NEEDS_ROOT();
    for (int i = 0; i < 20; ++i) {
        PtySession session(microbox_words({}, "seq -s , 1 900; printf last"));
        EXPECT_EQ(session.code(), 0);
        EXPECT_TRUE(session.all().ends_with(",900\r\nlast")) << session.all();
    }
}

// More than the caller's terminal holds, less than that and what is on its way.
TEST(Relay, WhatNobodyHasReadWhenTheCommandEndsArrives) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory scratch;
    PtySession session(microbox_words({"--mount-rw", scratch.path() + ":/out:owner"},
                                      "seq 10001 14000; : >/out/done"));
    ASSERT_TRUE(
        comes_true([&] { return ::access((scratch.path() + "/done").c_str(), F_OK) == 0; }));
    ::usleep(300'000); // the sandbox has ended

    EXPECT_EQ(session.code(), 0);
    std::string expected;
    for (int i = 10001; i <= 14000; ++i)
        expected += std::to_string(i) + "\r\n";
    EXPECT_TRUE(session.all().ends_with(expected)) << session.all().size();
}

TEST(Relay, ALargePasteArrivesWhole) {
    MBX_NEEDS_ROOT();
    PtySession session(microbox_words({}, "stty -echo; echo go; md5sum; stty sane"));
    ASSERT_TRUE(session.sees("go\r\n")) << session.all();
    std::string paste;
    for (int i = 0; i < 4096; ++i)
        paste += "a line of sixty-three characters, to be pasted into it " +
                 std::to_string(10'000'000 + i) + "\r";
    ASSERT_EQ(paste.size(), 4096U * 64);

    ASSERT_TRUE(session.type_all(paste));
    session.type("\x04");

    // printf 'a line of ... %d\n' 10000000 ... 10004095 | md5sum
    EXPECT_TRUE(session.sees("56eb4447fed549a9c0e7bde061c2fa92  -")) << session.all();
    EXPECT_EQ(session.code(), 0);
}

// Lines and ends of file, in their order; what has no end yet goes on being typed.
TEST(Relay, WhatWasTypedAheadOfTheStartArrives) {
    MBX_NEEDS_ROOT();
    std::vector<std::string> words = {"/bin/sh", "-c", "echo go; sleep 0.5; exec \"$@\"", "sh"};
    const auto inside =
        microbox_words({}, "read -r a; echo 1=$a; cat; echo 2; read -r b; echo 3=$b; cat; echo 4");
    words.insert(words.end(), inside.begin(), inside.end());
    PtySession session(words);
    ASSERT_TRUE(session.sees("go\r\n")) << session.all();

    session.type("one\rpart\x04\x04tw");
    ASSERT_TRUE(session.sees("1=one\r\n")) << session.all();
    EXPECT_TRUE(session.sees("part2\r\n")) << session.all();
    session.type("o\r");
    EXPECT_TRUE(session.sees("3=two\r\n")) << session.all();
    session.type("\x04");

    EXPECT_TRUE(session.sees("4\r\n")) << session.all();
    EXPECT_EQ(session.code(), 0);
}

TEST(Relay, ClosedWindowEndsTheRun) {
    MBX_NEEDS_ROOT();
    const HostState before = HostState::take();
    PtySession session(microbox_words({}, "echo go; exec sleep 60"));
    ASSERT_TRUE(session.sees("go\r\n")) << session.all();

    session.hang_up();

    EXPECT_EQ(session.code(), 128 + SIGHUP);
    EXPECT_EQ(left_behind(before), "");
}

TEST(Relay, ClosedWindowIsAnEndOfFileInside) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory scratch;
    PtySession session(microbox_words({"--mount-rw", scratch.path() + ":/out:owner"},
                                      "trap '' HUP; echo go; cat; echo ended >/out/word; exit 8"));
    ASSERT_TRUE(session.sees("go\r\n")) << session.all();

    session.hang_up();

    EXPECT_EQ(session.code(), 8);
    EXPECT_EQ(::access((scratch.path() + "/word").c_str(), F_OK), 0);
}

TEST(Relay, ClosedWindowIsNothingToACallerThatIgnoresIt) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory scratch;
    PtyOptions options;
    options.ignore_hangup = true;
    PtySession session(microbox_words({"--mount-rw", scratch.path() + ":/out:owner"},
                                      "echo go; sleep 0.5; seq 1 100000; echo on >/out/word"),
                       options);
    ASSERT_TRUE(session.sees("go\r\n")) << session.all();

    session.hang_up();

    EXPECT_EQ(session.code(), 0);
    EXPECT_EQ(::access((scratch.path() + "/word").c_str(), F_OK), 0);
}

TEST(Relay, ATerminalThatTakesNothingDoesNotHoldUpASignal) {
    MBX_NEEDS_ROOT();
    PtySession session(microbox_words({}, "seq 1 1000000"));
    ::usleep(300'000); // its terminal is full by now, and nobody reads
    session.signal(SIGTERM);
    ::usleep(300'000);
    session.signal(SIGTERM);

    // Without a look at the output, which would make room.
    EXPECT_TRUE(comes_true([&] {
        siginfo_t info{};
        return ::waitid(
                   P_PID, static_cast<id_t>(session.pid()), &info, WEXITED | WNOHANG | WNOWAIT) ==
                   0 &&
               info.si_pid == session.pid();
    }));
    EXPECT_EQ(session.code(), 128 + SIGTERM);
}

} // namespace microbox::testing
