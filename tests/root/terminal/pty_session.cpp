// SPDX-License-Identifier: MIT
#include "tests/root/terminal/pty_session.hpp"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void become(std::vector<std::string>& words,
                         std::vector<std::string>& environment,
                         const PtyOptions& options,
                         int slave) {
    ::setsid();
    ::ioctl(slave, TIOCSCTTY, 0);
    // What a test leaves running must not outlive a test that crashed.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (options.ignore_hangup)
        ::signal(SIGHUP, SIG_IGN);
    ::dup2(options.in < 0 ? slave : options.in, 0);
    ::dup2(options.out < 0 ? slave : options.out, 1);
    ::dup2(options.errors < 0 ? slave : options.errors, 2);
    for (int fd = 3; fd < 1024; ++fd)
        ::close(fd);
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::vector<char*> variables;
    for (std::string& variable : environment)
        variables.push_back(variable.data());
    variables.push_back(nullptr);
    ::execve(arguments.front(), arguments.data(), variables.data());
    ::_exit(98);
}

} // namespace

PtySession::PtySession(std::vector<std::string> words, const PtyOptions& options) {
    master_.reset(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
    char name[64] = "";
    if (!master_ || ::grantpt(master_.get()) < 0 || ::unlockpt(master_.get()) < 0 ||
        ::ptsname_r(master_.get(), name, sizeof name) != 0)
        std::abort();
    name_ = name;
    slave_.reset(::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
    resize(options.rows, options.columns);
    std::vector<std::string> environment = {
        "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "TERM=xterm-256color"};
    for (const auto& [key, value] : options.environment) {
        const std::string begin = key + "=";
        std::erase_if(environment, [&](const auto& one) { return one.starts_with(begin); });
        environment.push_back(begin + value);
    }
    pid_ = ::fork();
    if (pid_ == 0)
        become(words, environment, options, slave_.get());
}

PtySession::~PtySession() {
    if (pid_ <= 0)
        return;
    hang_up();
    // Time for an orderly end, so that nothing is left; then by force.
    if (code(std::chrono::seconds(5)) < 0 && pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
}

void PtySession::hang_up() {
    slave_.reset();
    master_.reset();
}

void PtySession::type(const std::string& keys) {
    [[maybe_unused]] const ssize_t written = ::write(master_.get(), keys.data(), keys.size());
}

bool PtySession::type_all(const std::string& keys, std::chrono::milliseconds limit) {
    const auto until = Clock::now() + limit;
    std::size_t done = 0;
    while (done < keys.size() && Clock::now() < until) {
        pollfd one{master_.get(), POLLIN | POLLOUT, 0};
        if (::poll(&one, 1, 1000) <= 0)
            continue;
        if ((one.revents & POLLIN) != 0)
            read_some(until);
        if ((one.revents & POLLOUT) == 0)
            continue;
        const ssize_t put = ::write(
            master_.get(), keys.data() + done, std::min<std::size_t>(keys.size() - done, 1024));
        done += put > 0 ? static_cast<std::size_t>(put) : 0;
    }
    return done == keys.size();
}

void PtySession::resize(unsigned short rows, unsigned short columns) {
    const winsize size{rows, columns, 0, 0};
    ::ioctl(master_.get(), TIOCSWINSZ, &size);
}

bool PtySession::read_some(Clock::time_point until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd one{master_.get(), POLLIN, 0};
    if (left <= 0 || ::poll(&one, 1, static_cast<int>(left)) <= 0)
        return false;
    char buffer[65536];
    const ssize_t got = ::read(master_.get(), buffer, sizeof buffer);
    if (got > 0)
        seen_.append(buffer, static_cast<std::size_t>(got));
    return got > 0;
}

bool PtySession::sees(const std::string& text, std::chrono::milliseconds limit) {
    const auto until = Clock::now() + limit;
    for (;;) {
        const std::size_t at = seen_.find(text, passed_);
        if (at != std::string::npos) {
            passed_ = at + text.size();
            return true;
        }
        if (!read_some(until))
            return false;
    }
}

bool PtySession::stays_unseen(const std::string& text, std::chrono::milliseconds time) {
    const std::size_t from = passed_;
    const bool seen = sees(text, time);
    passed_ = from;
    return !seen;
}

termios PtySession::modes() const {
    termios now{};
    ::tcgetattr(slave_.get(), &now);
    return now;
}

void PtySession::mark_modes() const {
    termios now = modes();
    now.c_cc[VERASE] = 'H' & 037;
    now.c_iflag |= static_cast<tcflag_t>(IXANY);
    ::tcsetattr(slave_.get(), TCSANOW, &now);
}

int PtySession::code(std::chrono::milliseconds limit) {
    const auto until = Clock::now() + limit;
    while (pid_ > 0) {
        int status = 0;
        if (::waitpid(pid_, &status, WNOHANG) == pid_) {
            pid_ = -1;
            code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            break;
        }
        if (Clock::now() >= until)
            return -1;
        if (!master_ || !read_some(Clock::now() + std::chrono::milliseconds(20)))
            ::usleep(2000);
    }
    while (master_ && read_some(Clock::now() + std::chrono::milliseconds(20))) {
    }
    return code_;
}

void PtySession::signal(int number) const {
    ::kill(pid_, number);
}

bool same_modes(const termios& one, const termios& other) {
    return one.c_iflag == other.c_iflag && one.c_oflag == other.c_oflag &&
           one.c_lflag == other.c_lflag && one.c_cflag == other.c_cflag &&
           std::memcmp(one.c_cc, other.c_cc, sizeof one.c_cc) == 0;
}

bool is_raw(const termios& modes) {
    return (modes.c_lflag & (ICANON | ECHO | ISIG)) == 0;
}

std::vector<std::string> microbox_words(std::vector<std::string> options,
                                        const std::string& script) {
    options.insert(options.begin(), binary_path());
    options.insert(options.end(), {"--fs", "system", "--", "sh", "-c", script});
    return options;
}

std::string microbox_line(const std::string& options, const std::string& script) {
    return binary_path() + " " + options + " --fs system -- sh -c '" + script + "'";
}

std::string with_fault_plugin(const ScratchDirectory& folder) {
    const std::string plugin = folder.path() + "/limit-first.so";
    std::filesystem::copy_file(MICROBOX_FAULT_PLUGINS "/limit-first.so", plugin);
    std::filesystem::permissions(plugin, std::filesystem::perms(0755));
    return folder.path();
}

std::vector<std::string> shell_words() {
    return {"/bin/sh", "-c", "PS1='ready> ' exec bash --norc --noprofile --noediting -i"};
}

} // namespace microbox::testing
