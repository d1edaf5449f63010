// SPDX-License-Identifier: MIT
// Running the real binary in tests: bounded in time, with pipes, as a process that can be
// signalled.
#pragma once

#include <microbox/sys/fd.hpp>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <sys/types.h>

namespace microbox::testing {

/// How a run ended.
struct Outcome {
    int code = -1; ///< the exit code; 128+N when a signal ended microbox itself; -1: it was cut off
    std::string out;
    std::string err;
    double seconds = 0;
    bool timed_out = false; ///< it was still there at the timeout and was killed

    /// Rest of the first line of `out` that is "key ...": value("uid") is "0 0 0"; "" without one.
    [[nodiscard]] std::string value(const std::string& key) const;
    /// All such lines' rests.
    [[nodiscard]] std::vector<std::string> values(const std::string& key) const;
    /// For messages: code, output and errors.
    [[nodiscard]] std::string describe() const;
};

struct Options {
    std::string input; ///< written to its standard input, which then ends
    std::chrono::milliseconds timeout{30'000};
    std::vector<std::pair<std::string, std::string>> environment; ///< besides PATH and HOME
    std::string directory;             ///< working directory; "": this process's
    std::optional<std::uint32_t> user; ///< run as this uid and gid, without groups
    std::string program;               ///< another program than microbox
    std::vector<std::pair<int, int>>
        descriptors; ///< {ours, its}: descriptors it inherits besides 0, 1, 2
};

/// A microbox that runs. Killed and reaped when it goes out of scope.
class Running {
public:
    Running(Running&&) noexcept;
    Running& operator=(Running&&) = delete;
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running();

    [[nodiscard]] pid_t pid() const { return pid_; }

    /// To microbox itself, by pidfd.
    void signal(int number);

    /// Reads on until standard output holds the text; false when it ends or the time is over.
    [[nodiscard]] bool wait_for_output(const std::string& text,
                                       std::chrono::milliseconds limit = std::chrono::seconds(20));

    /// What standard output had so far.
    [[nodiscard]] const std::string& output() const { return outcome_.out; }

    /// Waits for the end, at most for the rest of Options::timeout, then kills.
    Outcome finish();

private:
    friend Running start(const std::vector<std::string>& arguments, const Options& options);
    Running() = default;
    [[nodiscard]] bool pump(std::chrono::steady_clock::time_point until);
    void reap();

    pid_t pid_ = -1;
    sys::Fd pidfd_;
    sys::Fd input_;
    sys::Fd output_;
    sys::Fd errors_;
    std::string unsent_;
    std::chrono::steady_clock::time_point started_;
    std::chrono::steady_clock::time_point deadline_;
    Outcome outcome_;
};

[[nodiscard]] Running start(const std::vector<std::string>& arguments, const Options& options = {});

/// microbox ARGUMENTS...
[[nodiscard]] Outcome run(const std::vector<std::string>& arguments, const Options& options = {});

/// microbox OPTIONS --mount-ro PROBE:/probe -- /probe WORDS...
[[nodiscard]] Outcome run_probe(const std::vector<std::string>& microbox_options,
                                const std::vector<std::string>& probe_words,
                                const Options& options = {});
[[nodiscard]] std::vector<std::string>
probe_arguments(const std::vector<std::string>& microbox_options,
                const std::vector<std::string>& probe_words);

/// What microbox is started by: nothing, or as-user.sh, where the test itself must be root and the
/// caller a plain user.
[[nodiscard]] std::vector<std::string> through();
[[nodiscard]] std::string binary_path();
[[nodiscard]] std::string probe_path();

/// A Debian root file system with python3-minimal, made once per build tree. Never written to.
[[nodiscard]] std::string rootfs();

/// The same as an archive, for a plain user, who cannot read all of the other.
[[nodiscard]] std::string rootfs_archive();

/// A root file system with nothing but /probe and empty directories: made in a directory of its
/// own.
class TinyRoot {
public:
    TinyRoot();
    TinyRoot(const TinyRoot&) = delete;
    TinyRoot& operator=(const TinyRoot&) = delete;
    TinyRoot(TinyRoot&&) = delete;
    TinyRoot& operator=(TinyRoot&&) = delete;
    ~TinyRoot();

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

/// A directory of its own below the system's temporary one, readable by everyone, gone with the
/// object.
class ScratchDirectory {
public:
    ScratchDirectory();
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;
    ScratchDirectory(ScratchDirectory&&) = delete;
    ScratchDirectory& operator=(ScratchDirectory&&) = delete;
    ~ScratchDirectory();

    [[nodiscard]] const std::string& path() const { return path_; }

    /// Makes a file in it and returns its path.
    std::string file(const std::string& name, const std::string& content) const;

private:
    std::string path_;
};

/// Gives a file of the test's to another user, so that the sandbox's root may own it. A plain user
/// gives nothing away: its own files are the sandbox's root's already.
[[nodiscard]] bool give_to(const std::string& path, uid_t user, gid_t group);

} // namespace microbox::testing

/// Skips with the reason that `./dev test` shows, and that CI takes for a failure. What a plain
/// user can do as well is asked of one too: as-user.sh says that it has made one.
#define MBX_NEEDS_ROOT()                                                                           \
    do {                                                                                           \
        if (::geteuid() != 0 && ::getenv("MICROBOX_TEST_USER") == nullptr)                         \
            GTEST_SKIP() << "needs root, or the plain user of as-user.sh";                         \
    } while (false)
