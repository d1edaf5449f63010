// SPDX-License-Identifier: MIT
#include "core/run/supervise.hpp"

#include "core/run/listener.hpp"

#include <microbox/sys/file.hpp>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <utility>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace microbox::core {

namespace {

constexpr int forwarded[] = {
    SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGTSTP, SIGCONT, SIGWINCH};

/// nohup(1), and a shell without job control for what it starts in the background, ignore these on
/// behalf of what they start: then they are not for the command either.
bool is_meant_for_others(int signal) {
    if (signal != SIGHUP && signal != SIGINT && signal != SIGQUIT)
        return false;

    struct sigaction action {};

    return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

/// The interrupt key of the caller's terminal, twice within a second, is for microbox: a command
/// that ignores the first one is ended by the second. Not while a program inside has the keys.
class Interrupts {
public:
    bool is_second(int signal, bool from_terminal) {
        if (signal != SIGINT || !from_terminal)
            return false;
        const auto now = Events::Clock::now();
        return now - std::exchange(last_, now) < std::chrono::seconds(1);
    }

private:
    Events::Clock::time_point
        last_{}; // of the machine's start: no key was pressed in its first second
};

/// A signal of the terminal goes to the whole foreground group, one that was sent to us to the
/// command.
void forward(RunState& state, int signal, bool from_terminal) {
    if (state.terminal && state.terminal->takes(signal, from_terminal))
        return;
    state.sandbox.signal_command(signal, from_terminal);
    // Job control of the caller's shell: we stop with the command, and its CONT reaches us both.
    if (signal == SIGTSTP)
        ::kill(::getpid(), SIGSTOP);
}

/// /proc/PID/io of init has what its reaped children have read and written (task_io_accounting).
void read_io(const sys::Fd& io, RunState& state) {
    const auto text = sys::read_all(io.get(), "io");
    if (!text.ok()) {
        // From 6.18 on those of a dead process that was not dumpable are for root of the host.
        state.report.bytes_read.reset();
        state.report.bytes_written.reset();
        return;
    }
    const auto value = [&](std::string_view key) -> std::int64_t {
        const std::size_t at = text.value().find(key);
        if (at == std::string::npos)
            return 0;
        std::int64_t number = 0;
        const char* from = text.value().data() + at + key.size();
        std::from_chars(from, text.value().data() + text.value().size(), number);
        return number;
    };
    state.report.bytes_read = value("rchar: ");
    state.report.bytes_written = value("wchar: ");
}

void take_usage(RunState& state, const child::Message& message) {
    constexpr double micro = 1e-6;
    state.report.user_seconds = static_cast<double>(message.user_us) * micro;
    state.report.system_seconds = static_cast<double>(message.system_us) * micro;
    state.report.max_rss_kib = message.max_rss_kib;
}

/// The messages that wait on the socket, and what came with them.
struct News {
    std::optional<child::Message> stopped; ///< the last one that says that the command was stopped
    bool has_listener = false;
    sys::Fd listener;
};

News drain(RunState& state, Ending& ending) {
    News news;
    child::Message message{};
    pid_t sender = -1;
    for (;;) {
        sys::Fd passed;
        if (!state.sandbox.receive(message, sender, false, &passed))
            return news;
        if (message.word == child::Word::ended) {
            ending.command_ended = true;
            ending.status = message.status;
            take_usage(state, message);
        } else if (message.word == child::Word::failed && !ending.refused) {
            ending.refused = message;
        } else if (message.word == child::Word::stopped) {
            news.stopped = message;
        } else if (message.word == child::Word::listener) {
            news.has_listener = true;
            news.listener = std::move(passed);
        }
    }
}

/// What the sandbox has said: its listener goes to the plugin, a stop to the terminal.
sdk::Result<void> hear(RunState& state, Ending& ending, short happened) {
    News news = drain(state, ending);
    if (news.has_listener)
        MBX_CHECK(take_listener(state, std::move(news.listener)));
    if (news.stopped && state.terminal && !ending.command_ended && !ending.refused)
        state.terminal->command_stopped(news.stopped->status);
    // Hung up for good: poll would say so again and again, until the kernel has ended the last
    // process of the sandbox.
    if (ending.refused || happened != POLLIN)
        state.events.unwatch(state.sandbox.sync());
    return {};
}

} // namespace

sdk::Result<sys::Fd> take_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int signal : forwarded)
        if (!is_meant_for_others(signal))
            ::sigaddset(&set, signal);
    if (::sigprocmask(SIG_BLOCK, &set, nullptr) < 0)
        return sdk::fail_errno("block signals", errno);
    // A caller that ignores SIGCHLD hands that on: children would be reaped by the kernel, unseen.
    static_cast<void>(::signal(SIGCHLD, SIG_DFL));
    // A reader of the report or of our messages that has gone must not end us before the clean-up.
    static_cast<void>(::signal(SIGPIPE, SIG_IGN));
    const int fd = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        return sdk::fail_errno("signalfd", errno);
    return sys::Fd(fd);
}

std::optional<int> pending_end(int signals) {
    signalfd_siginfo info{};
    while (::read(signals, &info, sizeof info) == sizeof info) {
        const auto signal = static_cast<int>(info.ssi_signo);
        if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP || signal == SIGQUIT)
            return signal;
    }
    return std::nullopt;
}

sdk::Result<Ending> supervise(RunState& state, int signals) {
    Ending ending;
    bool gone = false;
    Interrupts interrupts;
    // Open while init lives: the files of a dead process belong to the host's root
    // (task_dump_owner in fs/proc/base.c), which a foothold is not.
    const sys::Fd io(::open(("/proc/" + std::to_string(state.sandbox.pid()) + "/io").c_str(),
                            O_RDONLY | O_CLOEXEC));
    state.events.watch(signals, POLLIN, [&](short) -> sdk::Result<void> {
        signalfd_siginfo info{};
        while (::read(signals, &info, sizeof info) == sizeof info) {
            const auto signal = static_cast<int>(info.ssi_signo);
            const bool from_terminal = info.ssi_code == SI_KERNEL;
            const bool keys_pass = state.terminal && state.terminal->passes_keys();
            if (!keys_pass && interrupts.is_second(signal, from_terminal)) {
                ending.interrupted = true;
                state.sandbox.kill();
            } else {
                forward(state, signal, from_terminal);
            }
        }
        return {};
    });
    state.events.watch(state.sandbox.sync(), POLLIN, [&](short happened) {
        return hear(state, ending, happened);
    });
    state.events.watch(state.sandbox.pidfd(), POLLIN, [&](short) -> sdk::Result<void> {
        gone = true;
        return {};
    });
    while (!gone && !ending.refused) {
        if (const auto waited = state.events.wait(); !waited.ok()) {
            state.sandbox.kill();
            return waited.error();
        }
    }
    if (ending.refused)
        return ending;
    static_cast<void>(drain(state, ending));
    read_io(io, state);
    const int status = state.sandbox.reap();
    if (!ending.command_ended)
        ending.status = status;
    return ending;
}

} // namespace microbox::core
