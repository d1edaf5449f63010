// SPDX-License-Identifier: MIT
// microbox called from a shell, and a shell in it: for callers and commands of a few words.
#pragma once

#include "tests/support/sandbox.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace microbox::testing {

/// OPTIONS --fs system -- sh -c SCRIPT: the programs of the host, nothing else of it.
[[nodiscard]] inline std::vector<std::string> shell_inside(std::vector<std::string> options,
                                                           const std::string& script) {
    options.insert(options.end(), {"--fs", "system", "--", "sh", "-c", script});
    return options;
}

[[nodiscard]] inline Outcome
run_shell(std::vector<std::string> options, const std::string& script, const Options& how = {}) {
    return run(shell_inside(std::move(options), script), how);
}

/// The arguments of a shell that runs SCRIPT, in which "$@" is microbox with ARGUMENTS.
[[nodiscard]] inline std::vector<std::string>
caller_arguments(const std::string& script, const std::vector<std::string>& arguments) {
    std::vector<std::string> words = {"-c", script, "sh", binary_path()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return words;
}

[[nodiscard]] inline Running
start_from(const std::string& script, const std::vector<std::string>& arguments, Options how = {}) {
    how.program = "/bin/sh";
    return start(caller_arguments(script, arguments), how);
}

[[nodiscard]] inline Outcome
run_from(const std::string& script, const std::vector<std::string>& arguments, Options how = {}) {
    return start_from(script, arguments, std::move(how)).finish();
}

/// A pipe whose writing end is given to a sandbox as its standard output: as long as one process of
/// it lives, the reading end does not end.
class Held {
public:
    Held() {
        int ends[2] = {-1, -1};
        if (::pipe2(ends, O_CLOEXEC) == 0) {
            reader_.reset(ends[0]);
            writer_.reset(ends[1]);
        }
    }

    /// microbox with ARGUMENTS, its standard output the pipe.
    [[nodiscard]] Running start(const std::vector<std::string>& arguments, Options how = {}) {
        how.descriptors.emplace_back(writer_.get(), 9);
        Running running = start_from("exec \"$@\" >&9 9>&-", arguments, std::move(how));
        writer_.reset();
        return running;
    }

    /// Reads until TEXT was seen.
    [[nodiscard]] bool wait_for(const std::string& text,
                                std::chrono::milliseconds limit = std::chrono::seconds(20)) {
        while (seen_.find(text) == std::string::npos)
            if (!read_some(limit))
                return false;
        return true;
    }

    /// Whether every process that held the pipe ends in time.
    [[nodiscard]] bool ends(std::chrono::milliseconds limit = std::chrono::seconds(10)) {
        while (read_some(limit)) {
        }
        return ended_;
    }

private:
    bool read_some(std::chrono::milliseconds limit) {
        char buffer[4096];
        pollfd one = {reader_.get(), POLLIN, 0};
        if (::poll(&one, 1, static_cast<int>(limit.count())) <= 0)
            return false;
        const ssize_t got = ::read(reader_.get(), buffer, sizeof buffer);
        ended_ = got == 0;
        if (got > 0)
            seen_.append(buffer, static_cast<std::size_t>(got));
        return got > 0;
    }

    sys::Fd reader_;
    sys::Fd writer_;
    std::string seen_;
    bool ended_ = false;
};

} // namespace microbox::testing
