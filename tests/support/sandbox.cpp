// SPDX-License-Identifier: MIT
// Starts the real binary with posix-like care: pipes, a pidfd, a deadline; nothing else is
// inherited.
#include "tests/support/sandbox.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
    sys::Fd read;
    sys::Fd write;

    Pipe() {
        int ends[2] = {-1, -1};
        if (::pipe2(ends, O_CLOEXEC) < 0)
            std::abort();
        read.reset(ends[0]);
        write.reset(ends[1]);
    }
};

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> result;
    result.reserve(words.size() + 1);
    for (std::string& word : words)
        result.push_back(word.data());
    result.push_back(nullptr);
    return result;
}

/// In the forked child: never returns.
[[noreturn]] void become(std::vector<std::string>& words,
                         std::vector<std::string>& environment,
                         const Options& options,
                         const std::array<int, 3>& streams) {
    // What a test leaves running must not outlive a test that crashed.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::vector<std::pair<int, int>> given = {{streams[0], 0}, {streams[1], 1}, {streams[2], 2}};
    given.insert(given.end(), options.descriptors.begin(), options.descriptors.end());
    // First out of the way of every target number, then onto it.
    for (auto& [ours, its] : given)
        ours = ::fcntl(ours, F_DUPFD_CLOEXEC, 200);
    int highest = 2;
    for (const auto& [ours, its] : given) {
        ::dup2(ours, its);
        highest = std::max(highest, its);
    }
    ::syscall(SYS_close_range, static_cast<unsigned>(highest) + 1, ~0U, 0U);
    if (!options.directory.empty() && ::chdir(options.directory.c_str()) < 0)
        ::_exit(99);
    if (options.user &&
        (::setgroups(0, nullptr) < 0 || ::setgid(*options.user) < 0 || ::setuid(*options.user) < 0))
        ::_exit(99);
    ::execve(words.front().c_str(), pointers(words).data(), pointers(environment).data());
    ::_exit(98);
}

/// Appends what is there; false at the end of the stream.
bool drain(sys::Fd& fd, std::string& into) {
    char buffer[65536];
    const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
    if (got > 0) {
        into.append(buffer, static_cast<std::size_t>(got));
        return true;
    }
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return true;
    fd.reset();
    return false;
}

std::string make_directory() {
    std::string path = (std::filesystem::temp_directory_path() / "microbox-test-XXXXXX").string();
    if (!::mkdtemp(path.data()) || ::chmod(path.c_str(), 0755) < 0)
        std::abort();
    return path;
}

} // namespace

std::vector<std::string> Outcome::values(const std::string& key) const {
    std::vector<std::string> found;
    std::istringstream lines(out);
    for (std::string line; std::getline(lines, line);)
        if (line.rfind(key + " ", 0) == 0)
            found.push_back(line.substr(key.size() + 1));
    return found;
}

std::string Outcome::value(const std::string& key) const {
    const std::vector<std::string> found = values(key);
    return found.empty() ? std::string() : found.front();
}

std::string Outcome::describe() const {
    return "exit code " + std::to_string(code) + (timed_out ? ", cut off" : "") + "\n--- out:\n" +
           out.substr(0, 4000) + "\n--- err:\n" + err.substr(0, 4000);
}

Running::Running(Running&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pidfd_(std::move(other.pidfd_)),
      input_(std::move(other.input_)),
      output_(std::move(other.output_)),
      errors_(std::move(other.errors_)),
      unsent_(std::move(other.unsent_)),
      started_(other.started_),
      deadline_(other.deadline_),
      outcome_(std::move(other.outcome_)) {}

Running::~Running() {
    if (pid_ > 0) {
        signal(SIGKILL);
        reap();
    }
}

void Running::signal(int number) {
    ::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0);
}

void Running::reap() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR)
        continue;
    outcome_.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    pid_ = -1;
}

bool Running::pump(Clock::time_point until) {
    std::vector<pollfd> wanted = {{pidfd_.get(), POLLIN, 0}};
    if (input_ && unsent_.empty())
        input_.reset();
    if (input_)
        wanted.push_back({input_.get(), POLLOUT, 0});
    if (output_)
        wanted.push_back({output_.get(), POLLIN, 0});
    if (errors_)
        wanted.push_back({errors_.get(), POLLIN, 0});
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
    const int timeout = static_cast<int>(std::max<std::int64_t>(rest.count() + 1, 0));
    if (Clock::now() >= until || ::poll(wanted.data(), wanted.size(), timeout) == 0)
        return false;
    for (const pollfd& one : wanted) {
        if (one.revents == 0)
            continue;
        if (one.fd == input_.get()) {
            const ssize_t sent = ::write(input_.get(), unsent_.data(), unsent_.size());
            if (sent > 0)
                unsent_.erase(0, static_cast<std::size_t>(sent));
            else if (errno != EAGAIN && errno != EINTR)
                input_.reset();
        } else if (one.fd == output_.get()) {
            (void)drain(output_, outcome_.out);
        } else if (one.fd == errors_.get()) {
            (void)drain(errors_, outcome_.err);
        }
    }
    return true;
}

bool Running::wait_for_output(const std::string& text, std::chrono::milliseconds limit) {
    const Clock::time_point until = std::min(Clock::now() + limit, deadline_);
    while (outcome_.out.find(text) == std::string::npos)
        if (!output_ || !pump(until))
            return outcome_.out.find(text) != std::string::npos;
    return true;
}

namespace {

/// On a host that gives a plain user no cgroup every run says so first: not what a test is about.
void leave_out_limits_notice(std::string& errors) {
    const std::string notice = "microbox: weakened: limit-cgroup: no cgroup holds ";
    if (::getenv("MICROBOX_ROOT_SUITE") != nullptr && errors.rfind(notice, 0) == 0)
        errors.erase(0, errors.find('\n') + 1);
}

} // namespace

Outcome Running::finish() {
    const auto ended = [this] {
        pollfd one = {pidfd_.get(), POLLIN, 0};
        return ::poll(&one, 1, 0) > 0;
    };
    bool over = false;
    while (!(over = ended()))
        if (!pump(deadline_)) {
            outcome_.timed_out = true;
            break;
        }
    const auto now = Clock::now();
    if (outcome_.timed_out)
        signal(SIGKILL);
    reap();
    // What is still in the pipes; a process that outlived it and holds them gets half a second.
    const auto until = Clock::now() + std::chrono::milliseconds(500);
    while (output_ || errors_) {
        std::array<pollfd, 2> wanted = {{{output_.get(), POLLIN, 0}, {errors_.get(), POLLIN, 0}}};
        const auto rest =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
        if (rest.count() <= 0 || ::poll(wanted.data(), 2, static_cast<int>(rest.count())) <= 0)
            break;
        if (output_ && wanted[0].revents != 0)
            (void)drain(output_, outcome_.out);
        if (errors_ && wanted[1].revents != 0)
            (void)drain(errors_, outcome_.err);
    }
    if (outcome_.timed_out)
        outcome_.code = -1;
    outcome_.seconds = std::chrono::duration<double>(now - started_).count();
    leave_out_limits_notice(outcome_.err);
    return std::move(outcome_);
}

Running start(const std::vector<std::string>& arguments, const Options& options) {
    // A program that ends before it has read its input must not end the test.
    static const auto ignored = ::signal(SIGPIPE, SIG_IGN);
    (void)ignored;
    std::vector<std::string> words = through();
    if (!options.program.empty())
        words = {options.program};
    else
        words.push_back(binary_path());
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> environment = {
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"};
    for (const auto& [name, value] : options.environment)
        environment.push_back(name + "=" + value);

    Pipe in;
    Pipe out;
    Pipe err;
    Running running;
    running.started_ = Clock::now();
    running.deadline_ = running.started_ + options.timeout;
    running.pid_ = ::fork();
    if (running.pid_ < 0)
        std::abort();
    if (running.pid_ == 0) {
        // Also what a shell without job control has ignored for us: INT and QUIT.
        for (const int number : {SIGPIPE, SIGHUP, SIGINT, SIGQUIT})
            ::signal(number, SIG_DFL);
        become(words, environment, options, {in.read.get(), out.write.get(), err.write.get()});
    }
    running.pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, running.pid_, 0)));
    ::fcntl(in.write.get(), F_SETFL, O_NONBLOCK);
    running.input_ = std::move(in.write);
    running.output_ = std::move(out.read);
    running.errors_ = std::move(err.read);
    running.unsent_ = options.input;
    return running;
}

Outcome run(const std::vector<std::string>& arguments, const Options& options) {
    return start(arguments, options).finish();
}

std::vector<std::string> probe_arguments(const std::vector<std::string>& microbox_options,
                                         const std::vector<std::string>& probe_words) {
    std::vector<std::string> arguments = microbox_options;
    arguments.insert(arguments.end(), {"--mount-ro", probe_path() + ":/probe", "--", "/probe"});
    arguments.insert(arguments.end(), probe_words.begin(), probe_words.end());
    return arguments;
}

Outcome run_probe(const std::vector<std::string>& microbox_options,
                  const std::vector<std::string>& probe_words,
                  const Options& options) {
    return run(probe_arguments(microbox_options, probe_words), options);
}

std::vector<std::string> through() {
    const char* const program = std::getenv("MICROBOX_TEST_THROUGH");
    return program ? std::vector<std::string>{program} : std::vector<std::string>{};
}

std::string binary_path() {
    const char* const other = std::getenv("MICROBOX_TEST_BINARY");
    return other ? other : MICROBOX_BINARY;
}

std::string probe_path() {
    return MICROBOX_PROBE;
}

std::string rootfs() {
    const char* const other = std::getenv("MICROBOX_TEST_ROOT");
    return other ? other : MICROBOX_TEST_ROOTFS;
}

std::string rootfs_archive() {
    return rootfs() + ".tar";
}

TinyRoot::TinyRoot() : path_(make_directory()) {
    for (const char* const name : {"dev", "proc", "sys", "tmp", "run", "etc", "root", "usr/bin"})
        std::filesystem::create_directories(path_ + "/" + name);
    std::filesystem::copy_file(probe_path(), path_ + "/probe");
    std::filesystem::copy_file(probe_path(), path_ + "/usr/bin/probe");
}

TinyRoot::~TinyRoot() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

ScratchDirectory::ScratchDirectory() : path_(make_directory()) {}

ScratchDirectory::~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string ScratchDirectory::file(const std::string& name, const std::string& content) const {
    std::string path = path_ + "/" + name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
}

bool give_to(const std::string& path, uid_t user, gid_t group) {
    return ::geteuid() != 0 || ::chown(path.c_str(), user, group) == 0;
}

} // namespace microbox::testing
