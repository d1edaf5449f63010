// SPDX-License-Identifier: MIT
// A program at a terminal of its own, as a person has it: typed into, looked at, resized.
#pragma once

#include "tests/support/sandbox.hpp"

#include <microbox/sys/fd.hpp>

#include <chrono>
#include <string>
#include <vector>

#include <sys/types.h>
#include <termios.h>

namespace microbox::testing {

struct PtyOptions {
    unsigned short rows = 24;
    unsigned short columns = 80;
    std::vector<std::pair<std::string, std::string>> environment; ///< besides PATH, HOME, TERM
    int in = -1;     ///< instead of the terminal, as standard input
    int out = -1;    ///< the same for standard output
    int errors = -1; ///< and for standard error
    bool ignore_hangup = false;
};

/// The program leads a session whose controlling terminal it has. It ends with the object.
class PtySession {
public:
    explicit PtySession(std::vector<std::string> words, const PtyOptions& options = {});
    PtySession(const PtySession&) = delete;
    PtySession& operator=(const PtySession&) = delete;
    PtySession(PtySession&&) = delete;
    PtySession& operator=(PtySession&&) = delete;
    ~PtySession();

    [[nodiscard]] pid_t pid() const { return pid_; }

    /// "/dev/pts/7" of the host.
    [[nodiscard]] const std::string& name() const { return name_; }

    void type(const std::string& keys);
    /// Types all of it, and reads what comes meanwhile.
    [[nodiscard]] bool type_all(const std::string& keys,
                                std::chrono::milliseconds limit = std::chrono::seconds(30));
    void resize(unsigned short rows, unsigned short columns);

    /// Reads on until the text was seen behind what an earlier call has seen.
    [[nodiscard]] bool sees(const std::string& text,
                            std::chrono::milliseconds limit = std::chrono::seconds(15));
    /// Whether it stays away for so long.
    [[nodiscard]] bool stays_unseen(const std::string& text, std::chrono::milliseconds time);

    [[nodiscard]] const std::string& all() const { return seen_; }

    [[nodiscard]] termios modes() const;
    /// Sets what a person has set before: a mark that no default has.
    void mark_modes() const;

    /// The exit code, 128+N after a signal, -1 when it did not end in time.
    int code(std::chrono::milliseconds limit = std::chrono::seconds(20));

    void signal(int number) const;
    /// The terminal's window is closed.
    void hang_up();

private:
    bool read_some(std::chrono::steady_clock::time_point until);

    sys::Fd master_;
    sys::Fd slave_; ///< kept open: the modes stay when the program has ended
    std::string name_;
    pid_t pid_ = -1;
    std::string seen_;
    std::size_t passed_ = 0;
    int code_ = -1;
};

[[nodiscard]] bool same_modes(const termios& one, const termios& other);
[[nodiscard]] bool is_raw(const termios& modes);

/// microbox OPTIONS --fs system -- sh -c SCRIPT
[[nodiscard]] std::vector<std::string> microbox_words(std::vector<std::string> options,
                                                      const std::string& script);
/// The same as one line for a shell. SCRIPT has no single quotes.
[[nodiscard]] std::string microbox_line(const std::string& options, const std::string& script);
/// The folder, with a copy of limit-first in it: in hands that are trusted, whoever has built.
[[nodiscard]] std::string with_fault_plugin(const ScratchDirectory& folder);
/// bash with job control, and the prompt "ready> ".
[[nodiscard]] std::vector<std::string> shell_words();

/// Waits until it holds; bounded.
template <class Condition>
[[nodiscard]] bool comes_true(Condition condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(15);
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= until)
            return false;
        ::usleep(5000);
    }
    return true;
}

} // namespace microbox::testing
