// SPDX-License-Identifier: MIT
// The sandbox's terminal as its programs see it, and which streams it stands for.
#include "tests/root/terminal/pty_session.hpp"
#include "tests/support/host_state.hpp"
#include "tests/support/outside.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

struct Pipe {
    Pipe() {
        int ends[2] = {-1, -1};
        if (::pipe2(ends, O_CLOEXEC) == 0) {
            read.reset(ends[0]);
            write.reset(ends[1]);
        }
    }

    /// Everything up to the end; the writing end must be closed here.
    [[nodiscard]] std::string rest() const {
        std::string text;
        char buffer[4096];
        for (ssize_t got = 0; (got = ::read(read.get(), buffer, sizeof buffer)) > 0;)
            text.append(buffer, static_cast<std::size_t>(got));
        return text;
    }

    sys::Fd read;
    sys::Fd write;
};

} // namespace

TEST(Screen, HasTheCallersSizeFromTheStart) {
    MBX_NEEDS_ROOT();
    const HostState before = HostState::take();
    PtyOptions options;
    options.rows = 33;
    options.columns = 77;
    PtySession session(microbox_words({}, "tty; stty size"), options);

    EXPECT_TRUE(session.sees("/dev/pts/0\r\n33 77\r\n")) << session.all();
    EXPECT_EQ(session.code(), 0) << session.all();
    EXPECT_EQ(left_behind(before), "");
}

TEST(Screen, FollowsTheCallersSize) {
    MBX_NEEDS_ROOT();
    PtySession session(microbox_words(
        {}, "trap 'stty size; exit 0' WINCH; echo go; while :; do sleep 0.02; done"));
    ASSERT_TRUE(session.sees("go\r\n")) << session.all();

    session.resize(50, 132);

    EXPECT_TRUE(session.sees("50 132\r\n")) << session.all();
    EXPECT_EQ(session.code(), 0);
}

TEST(Screen, FollowsASizeThatChangesDuringTheStart) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory folder;
    const std::string log = folder.path() + "/log";
    PtyOptions options;
    options.environment = {{"MICROBOX_PLUGIN_PATH", with_fault_plugin(folder)}};
    PtySession session(
        microbox_words({"--first-fault", "running-waits", "--first-log", log}, "stty size"),
        options);
    ASSERT_TRUE(comes_true([&] {
        return content_of(log).find("first running\n") != std::string::npos;
    })) << session.all();

    session.resize(50, 132);
    (void)folder.file("log.go", "");

    EXPECT_TRUE(session.sees("50 132\r\n")) << session.all();
    EXPECT_EQ(session.code(), 0);
}

TEST(Screen, HasTheCallersKeysAndType) {
    MBX_NEEDS_ROOT();
    PtyOptions options;
    options.environment = {{"TERM", "vt220"}};
    PtySession session({"/bin/sh",
                        "-c",
                        "stty erase ^X; exec \"$@\"",
                        "sh",
                        binary_path(),
                        "--fs",
                        "system",
                        "--",
                        "sh",
                        "-c",
                        "stty -a | grep -o '; erase = ..'; echo type=$TERM"},
                       options);

    EXPECT_TRUE(session.sees("; erase = ^X\r\ntype=vt220\r\n")) << session.all();
}

TEST(Screen, TypeIsWhatTheOptionSays) {
    MBX_NEEDS_ROOT();
    PtySession session(microbox_words({"--env", "TERM=dumb"}, "echo type=$TERM"));

    EXPECT_TRUE(session.sees("type=dumb\r\n")) << session.all();
}

TEST(Screen, IsPartOfPlanAndReport) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory scratch;
    PtySession plan({binary_path(), "plan", "--json", "--", "true"});
    EXPECT_TRUE(plan.sees("\"terminal\": [\r\n    \"stdin\",\r\n    \"stdout\",\r\n    "
                          "\"stderr\"\r\n  ]"))
        << plan.all();
    PtySession text({binary_path(), "plan", "--", "true"});
    EXPECT_TRUE(text.sees("of the sandbox's own: stdin, stdout, stderr\r\n")) << text.all();

    PtySession run(microbox_words({"--report", scratch.path() + "/report"}, "true"));
    EXPECT_EQ(run.code(), 0) << run.all();
    PtySession cat({"/bin/cat", scratch.path() + "/report"});
    EXPECT_TRUE(cat.sees("\"terminal\": [\r\n    \"stdin\",\r\n")) << cat.all();
}

TEST(Screen, ShortOptionsGoTogether) {
    MBX_NEEDS_ROOT();
    PtySession session(microbox_words({"-it"}, "tty"));

    EXPECT_TRUE(session.sees("/dev/pts/0\r\n")) << session.all();
    EXPECT_EQ(session.code(), 0);
}

TEST(Screen, WithoutItTheCallersTerminalIsTheCommands) {
    MBX_NEEDS_ROOT();
    PtySession session(
        microbox_words({"--no-tty"}, "stty size; ls /dev/pts; test -t 0 && echo terminal"));

    EXPECT_TRUE(session.sees("24 80\r\nptmx\r\nterminal\r\n")) << session.all();
    EXPECT_EQ(session.code(), 0);
}

TEST(Screen, NeedsATerminal) {
    MBX_NEEDS_ROOT();
    const Outcome outcome = run({"--tty", "--", "true"});

    EXPECT_EQ(outcome.code, 125);
    EXPECT_NE(outcome.err.find("microbox: --tty: none of the standard streams is a terminal\n"),
              std::string::npos)
        << outcome.err;
}

TEST(Screen, CannotBeBothWantedAndNot) {
    MBX_NEEDS_ROOT();
    const Outcome outcome = run({"--tty", "--no-tty", "--", "true"});

    EXPECT_EQ(outcome.code, 125);
    EXPECT_NE(outcome.err.find("contradict each other"), std::string::npos) << outcome.err;
}

TEST(Screen, APipeIntoItStaysAPipe) {
    MBX_NEEDS_ROOT();
    Pipe in;
    ASSERT_EQ(::write(in.write.get(), "from the pipe\n", 14), 14);
    in.write.reset();
    PtyOptions options;
    options.in = in.read.get();
    PtySession session(
        microbox_words({}, "test -p /dev/stdin && cat; test -t 1 && test -t 2 && tty <&2"),
        options);

    EXPECT_TRUE(session.sees("from the pipe\r\n/dev/pts/0\r\n")) << session.all();
    EXPECT_EQ(session.code(), 0);
}

TEST(Screen, APipeOutOfItStaysAPipeAndGetsEveryByteAsItIs) {
    MBX_NEEDS_ROOT();
    Pipe out;
    PtyOptions options;
    options.out = out.write.get();
    PtySession session(microbox_words({}, "tty >&2; printf \"a\\nb\\r\\n\"; test -p /dev/stdout"),
                       options);
    out.write.reset();

    EXPECT_TRUE(session.sees("/dev/pts/0\r\n")) << session.all();
    EXPECT_EQ(out.rest(), "a\nb\r\n");
    EXPECT_EQ(session.code(), 0);
}

// A pager may stand behind the pipe: the terminal is its, with its modes.
TEST(Screen, WithAPipeBehindItLinesAreEditedByTheCallersTerminal) {
    MBX_NEEDS_ROOT();
    Pipe out;
    PtyOptions options;
    options.out = out.write.get();
    PtySession session(
        microbox_words({}, "echo go >&2; read -r line; echo got=$line; cat; echo end >&2"),
        options);
    out.write.reset();
    const termios before = session.modes();
    ASSERT_TRUE(session.sees("go\r\n")) << session.all();

    session.type("wrong\x15right\n");
    session.type("unfinished");
    session.type("\x04\x04");

    EXPECT_TRUE(session.sees("end\r\n")) << session.all();
    EXPECT_TRUE(same_modes(session.modes(), before));
    EXPECT_EQ(out.rest(), "got=right\nunfinished");
    EXPECT_EQ(session.code(), 0);
    // Echoed once: by the caller's terminal.
    EXPECT_EQ(session.all().find("right"), session.all().rfind("right")) << session.all();
}

TEST(Screen, ErrorsAloneCanBeATerminal) {
    MBX_NEEDS_ROOT();
    Pipe in;
    Pipe out;
    in.write.reset();
    PtyOptions options;
    options.in = in.read.get();
    options.out = out.write.get();
    PtySession session(microbox_words({}, "tty <&2 >&2; echo piped"), options);
    out.write.reset();

    EXPECT_TRUE(session.sees("/dev/pts/0\r\n")) << session.all();
    EXPECT_EQ(out.rest(), "piped\n");
    EXPECT_EQ(session.code(), 0);
}

// cat FILE | microbox -- less: the keys come from the terminal all the same, and only when asked
// for.
TEST(Screen, APagerBehindAPipeGetsItsKeys) {
    MBX_NEEDS_ROOT();
    Pipe in;
    ASSERT_EQ(::write(in.write.get(), "first page\n", 11), 11);
    in.write.reset();
    PtyOptions options;
    options.in = in.read.get();
    PtySession session(microbox_words({},
                                      "cat; echo go; stty -icanon -echo </dev/tty; echo ask; "
                                      "key=$(head -c 1 </dev/tty); stty icanon echo </dev/tty; "
                                      "echo got=$key; sleep 0.3; echo over"),
                       options);
    const termios before = session.modes();
    ASSERT_TRUE(session.sees("go\r\n")) << session.all();
    ASSERT_TRUE(session.sees("ask\r\n")) << session.all();
    // The keys that make signals are still the pipeline's.
    ASSERT_TRUE(comes_true([&] {
        return (session.modes().c_lflag & (ICANON | ECHO | ISIG)) == static_cast<tcflag_t>(ISIG);
    }));

    session.type("q");

    EXPECT_TRUE(session.sees("got=q\r\n")) << session.all();
    EXPECT_TRUE(session.sees("over\r\n")) << session.all();
    EXPECT_TRUE(same_modes(session.modes(), before));
    EXPECT_EQ(session.code(), 0);
}

// Nothing comes out after the change of the modes that would draw attention to it.
TEST(Screen, APromptBehindAPipeCanHideWhatIsTyped) {
    MBX_NEEDS_ROOT();
    Pipe in;
    in.write.reset();
    PtyOptions options;
    options.in = in.read.get();
    PtySession session(microbox_words({},
                                      "printf word:; sleep 0.2; stty -echo </dev/tty; read -r word "
                                      "</dev/tty; stty echo </dev/tty; echo; echo got=$word"),
                       options);
    ASSERT_TRUE(session.sees("word:")) << session.all();

    ::usleep(600'000);
    session.type("hidden\r");

    EXPECT_TRUE(session.sees("\r\ngot=hidden\r\n")) << session.all();
    EXPECT_EQ(session.all(), "word:\r\ngot=hidden\r\n");
    EXPECT_EQ(session.code(), 0);
}

} // namespace microbox::testing
