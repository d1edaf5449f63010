// SPDX-License-Identifier: MIT
// Keys that make signals, stopping and going on: inside, of microbox itself, and at the caller's
// shell.
#include "tests/root/terminal/pty_session.hpp"
#include "tests/support/outside.hpp"

#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

using std::chrono::milliseconds;

constexpr const char* interrupt = "\x03";
constexpr const char* suspend = "\x1a";

/// 'T' is stopped.
char state_of(pid_t pid) {
    const std::string line = content_of("/proc/" + std::to_string(pid) + "/stat");
    const std::size_t end = line.rfind(')');
    return end == std::string::npos || end + 2 >= line.size() ? '?' : line[end + 2];
}

/// The microbox that a shell of the test has started.
pid_t child_of(pid_t shell) {
    const std::string path =
        "/proc/" + std::to_string(shell) + "/task/" + std::to_string(shell) + "/children";
    const std::string children = content_of(path);
    return children.empty() ? -1 : static_cast<pid_t>(std::atoi(children.c_str()));
}

} // namespace

TEST(JobControl, InterruptEndsTheCommand) {
    MBX_NEEDS_ROOT();
    PtySession session(microbox_words({}, "echo go; exec sleep 60"));
    ASSERT_TRUE(session.sees("go\r\n")) << session.all();

    session.type(interrupt);

    EXPECT_EQ(session.code(), 128 + SIGINT) << session.all();
}

TEST(JobControl, InterruptReachesAHandlerOnce) {
    MBX_NEEDS_ROOT();
    PtySession session(microbox_words(
        {}, "trap 'echo caught' INT; trap 'exit 5' TERM; echo go; while :; do sleep 0.02; done"));
    ASSERT_TRUE(session.sees("go\r\n")) << session.all();

    session.type(interrupt);

    EXPECT_TRUE(session.sees("^Ccaught\r\n")) << session.all();
    EXPECT_TRUE(session.stays_unseen("caught", milliseconds(200))) << session.all();
    session.signal(SIGTERM);
    EXPECT_EQ(session.code(), 5);
}

// Raw, both keys are the command's: a program may want them.
TEST(JobControl, TwoInterruptsAreTheCommandsWhereKeysPass) {
    MBX_NEEDS_ROOT();
    PtySession session(microbox_words({}, "trap '' INT; echo go; read -r line; echo got=$line"));
    ASSERT_TRUE(session.sees("go\r\n")) << session.all();

    session.type(interrupt);
    session.type(interrupt);
    session.type("still here\r");

    EXPECT_TRUE(session.sees("got=still here\r\n")) << session.all();
    EXPECT_EQ(session.code(), 0);
}

TEST(JobControl, TwoInterruptsEndACommandThatIgnoresThemWithoutATerminal) {
    MBX_NEEDS_ROOT();
    PtySession session(
        microbox_words({"--no-tty"}, "trap '' INT; echo go; while :; do sleep 0.05; done"));
    ASSERT_TRUE(session.sees("go\r\n")) << session.all();
    session.type(interrupt);
    EXPECT_EQ(session.code(milliseconds(1500)), -1) << session.all();

    session.type(interrupt);
    ::usleep(100'000);
    session.type(interrupt);

    EXPECT_EQ(session.code(), 128 + SIGINT) << session.all();
}

TEST(JobControl, TwoInterruptsEndACommandThatIgnoresThemBesideAPipe) {
    MBX_NEEDS_ROOT();
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    PtyOptions options;
    options.out = nowhere;
    PtySession session(microbox_words({}, "trap '' INT; echo go >&2; while :; do sleep 0.05; done"),
                       options);
    ::close(nowhere);
    ASSERT_TRUE(session.sees("go\r\n")) << session.all();

    session.type(interrupt);
    ::usleep(100'000);
    session.type(interrupt);

    EXPECT_EQ(session.code(), 128 + SIGINT) << session.all();
}

TEST(JobControl, OneInterruptBesideAPipeEndsTheCommand) {
    MBX_NEEDS_ROOT();
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    PtyOptions options;
    options.out = nowhere;
    PtySession session(microbox_words({}, "echo go >&2; exec sleep 60"), options);
    ::close(nowhere);
    ASSERT_TRUE(session.sees("go\r\n")) << session.all();

    session.type(interrupt);

    EXPECT_EQ(session.code(), 128 + SIGINT) << session.all();
}

TEST(JobControl, OfAShellInside) {
    MBX_NEEDS_ROOT();
    PtySession session({binary_path(),
                        "--fs",
                        "system",
                        "--env",
                        "PS1=inside> ",
                        "--",
                        "bash",
                        "--norc",
                        "--noprofile",
                        "--noediting",
                        "-i"});
    ASSERT_TRUE(session.sees("inside> ")) << session.all();
    EXPECT_EQ(session.all().find("no job control"), std::string::npos) << session.all();

    session.type("sleep 60\r");
    ASSERT_TRUE(session.sees("sleep 60\r\n"));
    ::usleep(100'000);
    session.type(suspend);
    EXPECT_TRUE(session.sees("Stopped")) << session.all();
    ASSERT_TRUE(session.sees("inside> ")) << session.all();
    session.type("fg\r");
    EXPECT_TRUE(session.sees("fg\r\nsleep 60\r\n")) << session.all();
    ::usleep(100'000);
    session.type(interrupt);
    ASSERT_TRUE(session.sees("inside> ")) << session.all();
    session.type("echo code $?; exit 3\r");

    EXPECT_TRUE(session.sees("code 130\r\n")) << session.all();
    EXPECT_EQ(session.code(), 3);
}

class AtAShell : public ::testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        MBX_NEEDS_ROOT();
        ASSERT_TRUE(shell_.sees("ready> ")) << shell_.all();
    }

    PtySession shell_{shell_words()};
};

TEST_P(AtAShell, MicroboxStopsAndGoesOnWithItsCommand) {
    shell_.type(
        microbox_line(GetParam(), "echo go; while read -r line; do echo got=$line; done; exit 4") +
        "\r");
    ASSERT_TRUE(shell_.sees("\r\ngo\r\n")) << shell_.all();
    for (int round = 0; round < 3; ++round) {
        shell_.type(suspend);
        ASSERT_TRUE(shell_.sees("Stopped")) << shell_.all();
        ASSERT_TRUE(shell_.sees("ready> ")) << shell_.all();
        shell_.type("echo $((40 + 2)) is typed at the shell\r");
        ASSERT_TRUE(shell_.sees("42 is typed at the shell\r\n")) << shell_.all();
        shell_.type("fg\r");
        ASSERT_TRUE(shell_.sees("fg\r\n")) << shell_.all();
        shell_.type("round " + std::to_string(round) + "\r");
        ASSERT_TRUE(shell_.sees("got=round " + std::to_string(round) + "\r\n")) << shell_.all();
    }
    shell_.type("\x04");
    ASSERT_TRUE(shell_.sees("ready> ")) << shell_.all();
    shell_.type("echo code $?\r");
    EXPECT_TRUE(shell_.sees("code 4\r\n")) << shell_.all();
}

INSTANTIATE_TEST_SUITE_P(WithATerminal, AtAShell, ::testing::Values("--tty"));

class AtTheShell : public AtAShell {};

TEST_P(AtTheShell, AStopFromElsewhereWorksTheSame) {
    shell_.type(microbox_line("", "echo go; read -r line; echo got=$line") + "\r");
    ASSERT_TRUE(shell_.sees("\r\ngo\r\n")) << shell_.all();
    const pid_t microbox = child_of(shell_.pid());
    ASSERT_GT(microbox, 0);

    ::kill(microbox, SIGTSTP);
    ASSERT_TRUE(shell_.sees("Stopped")) << shell_.all();
    EXPECT_EQ(state_of(microbox), 'T');
    shell_.type("fg\r");
    ASSERT_TRUE(shell_.sees("fg\r\n")) << shell_.all();
    EXPECT_TRUE(comes_true([&] { return state_of(microbox) != 'T'; }));
    shell_.type("on\r");

    EXPECT_TRUE(shell_.sees("got=on\r\n")) << shell_.all();
}

TEST_P(AtTheShell, SizeIsLookedAtWhenItGoesOn) {
    shell_.type(microbox_line("", "echo go; read -r line; stty size") + "\r");
    ASSERT_TRUE(shell_.sees("\r\ngo\r\n")) << shell_.all();
    shell_.type(suspend);
    ASSERT_TRUE(shell_.sees("Stopped")) << shell_.all();
    shell_.resize(60, 200);
    shell_.type("fg\r");
    ASSERT_TRUE(shell_.sees("fg\r\n")) << shell_.all();
    shell_.type("\r");

    EXPECT_TRUE(shell_.sees("60 200\r\n")) << shell_.all();
}

TEST_P(AtTheShell, InTheBackgroundItPrintsAndReadsNothing) {
    shell_.type(microbox_line("", "echo go; read -r line; echo got=$line") + " &\r");
    // The caller's terminal, not raw, ends the lines as well.
    ASSERT_TRUE(shell_.sees("go\r\n")) << shell_.all();
    shell_.type("echo at the $((6 * 7))\r");
    EXPECT_TRUE(shell_.sees("at the 42\r\n")) << shell_.all();
    shell_.type("fg\r");
    ASSERT_TRUE(shell_.sees("fg\r\n")) << shell_.all();
    shell_.type("for the command\r");

    EXPECT_TRUE(shell_.sees("got=for the command\r\n")) << shell_.all();
    EXPECT_TRUE(shell_.sees("ready> ")) << shell_.all();
}

TEST_P(AtTheShell, APagerBehindAPipeHasTheKeys) {
    shell_.type(microbox_line("", "seq 1 500; echo made >&2; exec sleep 60 <&2 >&2") + " | less\r");
    ASSERT_TRUE(shell_.sees("made")) << shell_.all();
    ::usleep(500'000);
    shell_.type(" ");
    EXPECT_TRUE(shell_.sees("\n46\r")) << shell_.all();
    shell_.type("q");
    ::usleep(300'000); // the interrupt key would throw the q away
    shell_.type(interrupt);
    ASSERT_TRUE(shell_.sees("ready> ")) << shell_.all();
    shell_.type("echo seen $((6 * 7))\r");
    EXPECT_TRUE(shell_.sees("echo seen $((6 * 7))\r\nseen 42\r\n")) << shell_.all();
}

// timeout(1) in a script has a process group of its own, which no shell would continue: a command
// that stops itself must not stop it.
TEST_P(AtTheShell, AStopInTheBackgroundStopsNobodyOutside) {
    shell_.type("sh -c \"timeout 1 " +
                microbox_line("", "echo go; kill -STOP 0; kill -STOP 0; echo on; exec sleep 60") +
                "; echo code \\$?\"\r");
    ASSERT_TRUE(shell_.sees("\r\ngo\r")) << shell_.all();

    EXPECT_TRUE(shell_.sees("code 124\r\n")) << shell_.all();
    EXPECT_TRUE(shell_.sees("ready> ")) << shell_.all();
}

TEST_P(AtTheShell, WhatStoppedInTheBackgroundGoesOnInFront) {
    shell_.type(
        microbox_line("", "echo go; sleep 0.3; kill -STOP 0; read -r line; echo got=$line") +
        " &\r");
    ASSERT_TRUE(shell_.sees("go\r")) << shell_.all();
    ::usleep(600'000);
    shell_.type("fg\r");
    ASSERT_TRUE(shell_.sees("fg\r\n")) << shell_.all();
    shell_.type("on\r");

    EXPECT_TRUE(shell_.sees("got=on\r\n")) << shell_.all();
}

TEST_P(AtTheShell, AClosedWindowEndsWhatHasStoppedInTheBackground) {
    shell_.type(microbox_line("", "echo go; kill -STOP 0; exec sleep 60") + " &\r");
    ASSERT_TRUE(shell_.sees("go\r")) << shell_.all();
    const pid_t microbox = child_of(shell_.pid());
    ASSERT_GT(microbox, 0);
    ::usleep(300'000);

    shell_.hang_up();

    EXPECT_TRUE(comes_true([&] { return ::kill(microbox, 0) < 0; }));
}

// The terminal is the whole pipeline's: its keys end whoever stands in front, too.
TEST_P(AtTheShell, InterruptReachesTheWholePipelineInFrontOfAPager) {
    shell_.type("sleep 60 | " +
                microbox_line("",
                              "trap \"echo caught\" INT; stty -icanon -echo </dev/tty; echo ask; "
                              "cat; cat; stty sane </dev/tty") +
                "\r");
    ASSERT_TRUE(shell_.sees("\r\nask\r\n")) << shell_.all();
    ::usleep(400'000);

    shell_.type(interrupt);

    EXPECT_TRUE(shell_.sees("caught\r\n")) << shell_.all();
    EXPECT_TRUE(shell_.sees("ready> ")) << shell_.all();
}

TEST_P(AtTheShell, InterruptIsAKeyForAnEditorBehindAPipe) {
    shell_.type("sleep 60 | " +
                microbox_line("",
                              "stty raw -echo </dev/tty; echo ask; head -c 2 </dev/tty | od -An "
                              "-tx1; stty sane </dev/tty; kill -9 0") +
                "\r");
    ASSERT_TRUE(shell_.sees("\r\nask")) << shell_.all();
    ::usleep(400'000);

    shell_.type(interrupt);
    shell_.type(interrupt);

    EXPECT_TRUE(shell_.sees(" 03 03")) << shell_.all();
    ::usleep(400'000); // microbox has ended
    shell_.type(interrupt);
    EXPECT_TRUE(shell_.sees("ready> ")) << shell_.all();
}

TEST_P(AtTheShell, TwoInterruptsAreTheCommandsWhereAPagerHasTheKeys) {
    shell_.type(
        ": | " +
        microbox_line(
            "",
            "trap \"echo caught\" INT; stty -icanon -echo </dev/tty; echo ask; "
            "until read -r line </dev/tty; do :; done; echo got=$line; stty sane </dev/tty") +
        "\r");
    ASSERT_TRUE(shell_.sees("\r\nask\r\n")) << shell_.all();
    ::usleep(400'000);

    for (int i = 0; i < 2; ++i) {
        shell_.type(interrupt);
        ASSERT_TRUE(shell_.sees("caught\r\n")) << shell_.all();
    }
    shell_.type("on\r");

    EXPECT_TRUE(shell_.sees("got=on\r\n")) << shell_.all();
}

TEST_P(AtTheShell, KeysForAProgramBehindAPipeAreNotRead) {
    shell_.type(microbox_line("", "exec sleep 60") +
                " | sh -c 'stty -icanon -echo </dev/tty; echo set; sleep 0.5; head -c 2 </dev/tty; "
                "stty sane </dev/tty; echo'\r");
    ASSERT_TRUE(shell_.sees("\r\nset\r\n")) << shell_.all();
    ::usleep(300'000); // microbox runs

    shell_.type("ab"); // and could read them, the other does not yet

    EXPECT_TRUE(shell_.sees("ab\r\n")) << shell_.all();
    shell_.type(interrupt);
    EXPECT_TRUE(shell_.sees("ready> ")) << shell_.all();
}

INSTANTIATE_TEST_SUITE_P(Once, AtTheShell, ::testing::Values(""));

// Nobody could continue us: the command goes on at once, as the kernel has it for a program alone.
TEST(JobControl, NothingStopsForEverInAnOrphanedGroup) {
    MBX_NEEDS_ROOT();
    PtySession session(microbox_words({}, "echo go; read -r line; echo got=$line"));
    ASSERT_TRUE(session.sees("go\r\n")) << session.all();

    session.type(suspend);
    session.type("on\r");

    EXPECT_TRUE(session.sees("got=on\r\n")) << session.all();
    EXPECT_EQ(session.code(), 0);
}

TEST(JobControl, NothingStopsForEverWhereTheTerminalIsNobodys) {
    MBX_NEEDS_ROOT();
    std::vector<std::string> words = {"/usr/bin/setsid", "-w"};
    const auto microbox = microbox_words({}, "echo go; read -r line; echo got=$line");
    words.insert(words.end(), microbox.begin(), microbox.end());
    PtySession session(words);
    ASSERT_TRUE(session.sees("go\r\n")) << session.all();

    session.type(suspend);
    session.type("on\r");

    EXPECT_TRUE(session.sees("got=on\r\n")) << session.all();
    EXPECT_EQ(session.code(), 0);
}

TEST(JobControl, StopAndContinueOfMicroboxAlone) {
    MBX_NEEDS_ROOT();
    PtySession session(microbox_words({}, "echo go; read -r line; echo got=$line"));
    ASSERT_TRUE(session.sees("go\r\n")) << session.all();
    const termios raw = session.modes();

    session.signal(SIGTSTP);
    ASSERT_TRUE(comes_true([&] { return state_of(session.pid()) == 'T'; }));
    EXPECT_FALSE(is_raw(session.modes()));
    session.signal(SIGCONT);
    ASSERT_TRUE(comes_true([&] { return same_modes(session.modes(), raw); }));
    session.type("on\r");

    EXPECT_TRUE(session.sees("got=on\r\n")) << session.all();
    EXPECT_EQ(session.code(), 0);
}

} // namespace microbox::testing
