// SPDX-License-Identifier: MIT
#include "core/host/helper.hpp"

#include <microbox/sys/fd.hpp>
#include <microbox/sys/file.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <sys/wait.h>
#include <unistd.h>

namespace microbox::core {

namespace {

constexpr std::size_t most_output = 64U << 10U;

struct Pipe {
    sys::Fd reader;
    sys::Fd writer;
};

sdk::Result<Pipe> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0)
        return sdk::fail_errno("make a pipe", errno);
    return Pipe{sys::Fd(ends[0]), sys::Fd(ends[1])};
}

[[noreturn]] void
become(const std::string& path, const std::vector<std::string>& words, int out, int err) {
    std::vector<char*> arguments;
    for (const std::string& word : words)
        arguments.push_back(const_cast<char*>(word.c_str())); // NOLINT: execve(2) changes nothing
    arguments.push_back(nullptr);
    char path_variable[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    char language[] = "LC_ALL=C";
    char* environment[] = {path_variable, language, nullptr};
    // The supervisor has blocked the signals that it reads from a descriptor.
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    ::execve(path.c_str(), arguments.data(), environment);
    ::_exit(127);
}

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

} // namespace

std::string find_helper(const std::string& name) {
    const char* const path = std::getenv("PATH");
    const std::string folders = path != nullptr ? path : "/usr/sbin:/usr/bin:/sbin:/bin";
    for (std::size_t at = 0; at <= folders.size();) {
        const std::size_t end = std::min(folders.find(':', at), folders.size());
        std::string candidate = folders.substr(at, end - at) + "/" + name;
        if (candidate[0] == '/' && ::access(candidate.c_str(), X_OK) == 0)
            return candidate;
        at = end + 1;
    }
    return {};
}

sdk::Result<std::string> output_of(const std::vector<std::string>& words) {
    const std::string path = find_helper(words.front());
    if (path.empty())
        return sdk::fail(words.front() + ": there is no such program");
    MBX_TRY(Pipe out, make_pipe());
    MBX_TRY(Pipe err, make_pipe());
    const pid_t child = ::fork();
    if (child < 0)
        return sdk::fail_errno("start " + words.front(), errno);
    if (child == 0)
        become(path, words, out.writer.get(), err.writer.get());
    out.writer.reset();
    err.writer.reset();
    auto said = sys::read_all(out.reader.get(), words.front(), most_output);
    const auto complained = sys::read_all(err.reader.get(), words.front(), most_output);
    const int status = wait_for(child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return said;
    const std::string why = complained.ok() ? complained->substr(0, complained->find('\n')) : "";
    return sdk::fail(words.front() + (why.empty() ? " failed" : ": " + why));
}

} // namespace microbox::core
