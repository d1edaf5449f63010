// SPDX-License-Identifier: MIT
// The caller's terminal has its modes back, however the run ends.
#include "tests/root/terminal/pty_session.hpp"
#include "tests/support/host_state.hpp"
#include "tests/support/outside.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>

#include <fcntl.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

/// Processes of that name: the guard is called mbx-guard.
int processes_named(const std::string& name) {
    int count = 0;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
        std::ifstream file(entry.path() / "comm");
        std::string line;
        if (std::getline(file, line) && line == name)
            ++count;
    }
    return count;
}

class Modes : public ::testing::Test {
protected:
    /// Starts it and waits until the terminal is raw.
    void begin(const std::vector<std::string>& words) {
        // A shell in front, which waits until the mark is there: no default has it.
        std::vector<std::string> all = {"/bin/sh", "-c", "read -r go; exec \"$@\"", "sh"};
        all.insert(all.end(), words.begin(), words.end());
        session_.emplace(all, options_);
        session_->mark_modes();
        before_ = session_->modes();
        session_->type("go\n");
    }

    [[nodiscard]] bool becomes_raw() {
        return comes_true([&] { return is_raw(session_->modes()); });
    }

    void expect_restored() {
        EXPECT_TRUE(comes_true([&] { return same_modes(session_->modes(), before_); }))
            << session_->all();
        EXPECT_TRUE(comes_true([&] { return processes_named("mbx-guard") == 0; }));
    }

    PtyOptions options_;
    std::optional<PtySession> session_;
    termios before_{};
};

} // namespace

TEST_F(Modes, AreBackAfterACommandThatChangedItsOwn) {
    MBX_NEEDS_ROOT();
    begin(microbox_words({}, "echo go; read -r line; stty raw -echo; exit 7"));
    ASSERT_TRUE(session_->sees("go\r\n")) << session_->all();
    EXPECT_TRUE(becomes_raw());
    EXPECT_TRUE(comes_true([] { return processes_named("mbx-guard") == 1; }));
    session_->type("\r");

    EXPECT_EQ(session_->code(), 7) << session_->all();
    expect_restored();
}

TEST_F(Modes, AreBackInFrontOfAnErrorMessage) {
    MBX_NEEDS_ROOT();
    begin({binary_path(), "--fs", "system", "--", "no-such-program"});

    EXPECT_EQ(session_->code(), 127);
    // A raw terminal shows "\n" without "\r".
    EXPECT_NE(session_->all().find("hint: "), std::string::npos) << session_->all();
    for (std::size_t at = 0; (at = session_->all().find('\n', at)) != std::string::npos; ++at)
        EXPECT_EQ(session_->all()[at - 1], '\r') << session_->all();
    expect_restored();
}

TEST_F(Modes, AreNotTouchedByARunThatFailsBefore) {
    MBX_NEEDS_ROOT();
    begin({binary_path(), "--fs", "/no/such/directory", "--", "true"});

    EXPECT_EQ(session_->code(), 125);
    expect_restored();
}

TEST_F(Modes, AreBackAfterTheTimeLimit) {
    MBX_NEEDS_ROOT();
    begin(microbox_words({"--timeout", "300ms"}, "stty raw; sleep 60"));

    EXPECT_EQ(session_->code(), 124) << session_->all();
    expect_restored();
}

TEST_F(Modes, AreBackAfterSignals) {
    MBX_NEEDS_ROOT();
    for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) {
        begin(microbox_words({}, "echo go; exec sleep 60"));
        ASSERT_TRUE(session_->sees("go\r\n")) << session_->all();
        ASSERT_TRUE(becomes_raw());
        session_->signal(number);

        EXPECT_EQ(session_->code(), 128 + number) << session_->all();
        expect_restored();
    }
}

TEST_F(Modes, AreBackWhenMicroboxIsKilled) {
    MBX_NEEDS_ROOT();
    begin(microbox_words({}, "echo go; exec sleep 60"));
    ASSERT_TRUE(session_->sees("go\r\n")) << session_->all();
    ASSERT_TRUE(becomes_raw());

    session_->signal(SIGKILL);

    EXPECT_EQ(session_->code(), 128 + SIGKILL);
    expect_restored();
}

TEST_F(Modes, AreBackWhenItsWholeGroupIsKilled) {
    MBX_NEEDS_ROOT();
    begin(microbox_words({}, "echo go; exec sleep 60"));
    ASSERT_TRUE(session_->sees("go\r\n")) << session_->all();
    ASSERT_TRUE(comes_true([] { return processes_named("mbx-guard") == 1; }));

    ::kill(-session_->pid(), SIGKILL);

    EXPECT_EQ(session_->code(), 128 + SIGKILL);
    expect_restored();
}

// The guard must not take the lifeline along: the sandbox ends with microbox, and not a moment
// later.
TEST_F(Modes, GuardDoesNotKeepTheSandboxAlive) {
    MBX_NEEDS_ROOT();
    const std::string word = unique_word();
    begin({binary_path(),
           "--mount-ro",
           probe_path() + ":/probe",
           "--",
           "/probe",
           "sleep",
           "60",
           word});
    ASSERT_TRUE(comes_true([&] { return process_with(word) > 0; }));
    ASSERT_TRUE(becomes_raw());

    session_->signal(SIGKILL);

    EXPECT_TRUE(comes_true([&] { return process_with(word) < 0; }));
    expect_restored();
}

// What another program, the caller's shell, has set after the kill is not touched.
TEST_F(Modes, GuardLeavesThoseOfAnotherAlone) {
    MBX_NEEDS_ROOT();
    begin(microbox_words({}, "echo go; exec sleep 60"));
    ASSERT_TRUE(session_->sees("go\r\n")) << session_->all();
    ASSERT_TRUE(becomes_raw());
    session_->signal(SIGSTOP);
    session_->mark_modes();
    termios others = session_->modes();
    others.c_lflag |= static_cast<tcflag_t>(ISIG);
    others.c_cc[VMIN] = 3;
    const int terminal = ::open(session_->name().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    ASSERT_GE(terminal, 0);
    ASSERT_EQ(::tcsetattr(terminal, TCSANOW, &others), 0);

    session_->signal(SIGKILL);

    EXPECT_EQ(session_->code(), 128 + SIGKILL);
    EXPECT_TRUE(comes_true([&] { return processes_named("mbx-guard") == 0; }));
    termios now{};
    ::tcgetattr(terminal, &now);
    ::close(terminal);
    EXPECT_TRUE(same_modes(now, others));
}

TEST_F(Modes, AreBackAfterAPluginsFailure) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory folder;
    options_.environment = {{"MICROBOX_PLUGIN_PATH", with_fault_plugin(folder)}};
    for (const char* phase : {"prepare", "attach", "verify", "running", "deadline"}) {
        begin(microbox_words({"--first-fault", phase, "--first-log", folder.path() + "/log"},
                             "sleep 60"));

        EXPECT_EQ(session_->code(), 125) << phase << session_->all();
        EXPECT_NE(session_->all().find("as told\r\n"), std::string::npos) << session_->all();
        expect_restored();
    }
}

} // namespace microbox::testing
