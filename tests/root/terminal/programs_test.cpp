// SPDX-License-Identifier: MIT
// Programs that people use at a terminal, inside and around it.
#include "tests/root/terminal/pty_session.hpp"
#include "tests/support/host_state.hpp"
#include "tests/support/outside.hpp"

#include <csignal>

#include <unistd.h>

namespace microbox::testing {

namespace {

using std::chrono::milliseconds;

std::vector<std::string> words_inside(std::vector<std::string> options,
                                      const std::vector<std::string>& command) {
    options.insert(options.begin(), binary_path());
    options.insert(options.end(), {"--fs", "system", "--"});
    options.insert(options.end(), command.begin(), command.end());
    return options;
}

/// A tmux server of the test's own.
class Tmux {
public:
    Tmux(unsigned columns, unsigned rows, const std::string& command) {
        told({"-f",
              folder_.file("config", "set -g default-terminal screen-256color\n"),
              "new-session",
              "-d",
              "-x",
              std::to_string(columns),
              "-y",
              std::to_string(rows),
              command});
        server_ = static_cast<pid_t>(std::atoi(told({"display-message", "-p", "#{pid}"}).c_str()));
    }

    Tmux(const Tmux&) = delete;
    Tmux& operator=(const Tmux&) = delete;
    Tmux(Tmux&&) = delete;
    Tmux& operator=(Tmux&&) = delete;

    ~Tmux() {
        if (server_ > 1)
            ::kill(server_, SIGTERM);
        (void)comes_true([&] { return server_ <= 1 || ::kill(server_, 0) < 0; });
    }

    /// tmux WORDS: its output.
    std::string told(std::vector<std::string> words) const {
        words.insert(words.begin(), {"-S", folder_.path() + "/socket"});
        Options how;
        how.program = "/usr/bin/tmux";
        how.environment = {{"TERM", "xterm"}};
        return run(words, how).out;
    }

    [[nodiscard]] std::string screen() const { return told({"capture-pane", "-p"}); }

    [[nodiscard]] bool shows(const std::string& text) const {
        return comes_true([&] { return screen().find(text) != std::string::npos; });
    }

private:
    ScratchDirectory folder_;
    pid_t server_ = -1;
};

} // namespace

TEST(Programs, UnderScript) {
    MBX_NEEDS_ROOT();
    PtySession session({"/usr/bin/script",
                        "-qec",
                        microbox_line("", "tty; stty size; read -r line; echo got=$line; exit 7"),
                        "/dev/null"});
    ASSERT_TRUE(session.sees("/dev/pts/0\r\n24 80\r\n")) << session.all();
    session.type("typed\r");

    EXPECT_TRUE(session.sees("got=typed\r\n")) << session.all();
    EXPECT_EQ(session.code(), 7);
}

// As a job without a terminal does: script(1) types the end-of-file character at once.
TEST(Programs, UnderScriptWithoutInput) {
    MBX_NEEDS_ROOT();
    Options how;
    how.program = "/usr/bin/script";
    const Outcome outcome =
        run({"-qec", microbox_line("", "cat; echo over; exit 7"), "/dev/null"}, how);

    EXPECT_EQ(outcome.code, 7) << outcome.describe();
    EXPECT_NE(outcome.out.find("over\r\n"), std::string::npos) << outcome.describe();
}

TEST(Programs, UnderTmuxWithItsSize) {
    MBX_NEEDS_ROOT();
    const HostState before = HostState::take();
    {
        const Tmux tmux(
            90,
            20,
            microbox_line("",
                          "stty size; trap \"stty size\" WINCH; echo type=$TERM; while :; do "
                          "sleep 0.05; done"));
        ASSERT_TRUE(tmux.shows("20 90\ntype=")) << tmux.screen();
        EXPECT_TRUE(tmux.shows("type=screen-256color\n")) << tmux.screen();
        tmux.told({"resize-window", "-x", "70", "-y", "15"});
        EXPECT_TRUE(tmux.shows("15 70")) << tmux.screen();
    }
    EXPECT_EQ(left_behind(before, milliseconds(10'000)), "");
}

TEST(Programs, VimUnderTmuxEditsStopsGoesOnAndSaves) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory scratch;
    const std::string file = scratch.file("text", "first line\nsecond line\n");
    const Tmux tmux(80, 24, "PS1='ready> ' exec bash --norc --noprofile --noediting -i");
    ASSERT_TRUE(tmux.shows("ready>")) << tmux.screen();
    tmux.told({"send-keys",
               binary_path() + " -it --mount-rw " + scratch.path() +
                   ":/job:owner --fs system -- vim.tiny -u NONE -n /job/text",
               "Enter"});
    ASSERT_TRUE(tmux.shows("second line\n~")) << tmux.screen();
    tmux.told({"send-keys", "o", "written inside", "Escape"});
    ASSERT_TRUE(tmux.shows("written inside")) << tmux.screen();

    tmux.told({"send-keys", "C-z"});
    ASSERT_TRUE(tmux.shows("Stopped")) << tmux.screen();
    tmux.told({"send-keys", "echo $((6*7)) outside", "Enter"});
    ASSERT_TRUE(tmux.shows("42 outside")) << tmux.screen();
    tmux.told({"send-keys", "fg", "Enter"});
    ASSERT_TRUE(tmux.shows("written inside\nsecond line")) << tmux.screen();
    tmux.told({"send-keys", ":wq", "Enter"});
    ASSERT_TRUE(comes_true([&] {
        return tmux.told({"display-message", "-p", "#{pane_current_command}"}) == "bash\n";
    }));
    tmux.told({"send-keys", "echo code $?", "Enter"});

    EXPECT_TRUE(tmux.shows("code 0")) << tmux.screen();
    EXPECT_EQ(content_of(file), "first line\nwritten inside\nsecond line\n");
}

TEST(Programs, LessPagesSearchesAndQuits) {
    MBX_NEEDS_ROOT();
    PtySession session(microbox_words({}, "seq 1 1000 >/tmp/lines; less /tmp/lines; echo over"));
    ASSERT_TRUE(session.sees("\r\n23\r\n")) << session.all();
    session.type(" ");
    ASSERT_TRUE(session.sees("46")) << session.all();
    session.type("/^777\r");
    ASSERT_TRUE(session.sees("777")) << session.all();
    session.type("q");

    EXPECT_TRUE(session.sees("over\r\n")) << session.all();
    EXPECT_EQ(session.code(), 0);
}

TEST(Programs, LessBehindAPipeIntoTheSandbox) {
    MBX_NEEDS_ROOT();
    PtySession session({"/bin/sh",
                        "-c",
                        "seq 1 1000 | \"$@\"; echo code $?",
                        "sh",
                        binary_path(),
                        "--fs",
                        "system",
                        "--",
                        "less"});
    ASSERT_TRUE(session.sees("23\r")) << session.all();
    session.type(" ");
    ASSERT_TRUE(session.sees("46")) << session.all();
    session.type("q");

    EXPECT_TRUE(session.sees("code 0\r\n")) << session.all();
    EXPECT_FALSE(is_raw(session.modes()));
}

TEST(Programs, APythonPrompt) {
    MBX_NEEDS_ROOT();
    PtySession session(words_inside({}, {"/usr/bin/python3", "-q", "-S", "-E", "-i"}));
    ASSERT_TRUE(session.sees(">>> ")) << session.all();
    session.type("import os, sys\r");
    ASSERT_TRUE(session.sees(">>> ")) << session.all();
    session.type("print(os.ttyname(0), sys.stdout.isatty(), 6 * 7)\r");
    EXPECT_TRUE(session.sees("/dev/pts/0 True 42")) << session.all();
    ASSERT_TRUE(session.sees(">>> ")) << session.all();
    session.type("while True: pass\r\r");
    ::usleep(300'000);
    session.type("\x03");
    EXPECT_TRUE(session.sees("KeyboardInterrupt")) << session.all();
    ASSERT_TRUE(session.sees(">>> ")) << session.all();
    session.type("raise SystemExit(6)\r");

    EXPECT_EQ(session.code(), 6) << session.all();
}

TEST(Programs, UnderExpect) {
    MBX_NEEDS_ROOT();
    Options how;
    how.program = "/usr/bin/expect";
    const Outcome outcome = run({"-c",
                                 "set timeout 20\n"
                                 "spawn -noecho " +
                                     binary_path() +
                                     " --fs system -- sh -c {stty -echo; printf \"Password: \"; "
                                     "read -r word; stty echo; echo; echo got=$word; exit 11}\n"
                                     "expect {Password: } {send \"secret\\r\"} timeout {exit 90}\n"
                                     "expect {got=secret} {} timeout {exit 91}\n"
                                     "expect eof\n"
                                     "exit [lindex [wait] 3]\n"},
                                how);

    EXPECT_EQ(outcome.code, 11) << outcome.describe();
    EXPECT_EQ(outcome.out, "Password: \r\ngot=secret\r\n") << outcome.describe();
}

} // namespace microbox::testing
