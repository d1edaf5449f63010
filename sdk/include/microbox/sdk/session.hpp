// SPDX-License-Identifier: MIT
// Session: what the core lends to a plugin during one run. [parent]
#pragma once

#include <microbox/sdk/result.hpp>
#include <microbox/sdk/step.hpp>
#include <microbox/sys/fd.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace microbox::sdk {

enum class Level { info, warning, error };

/// Log lines carry the plugin's name; the core owns the sink.
class Log {
public:
    virtual ~Log() = default;
    virtual void write(Level level, std::string_view text) = 0;
};

/// Why a run ends before its command does.
enum class EndReason {
    timeout, ///< exit code 124
    killed,  ///< 128 + the command's signal
    failed,  ///< 125: something that the run needs broke
};

/// Something that the sandbox was denied, each kind once.
struct Denial {
    std::string what;     ///< "unshare(CLONE_NEWNET)", "memory beyond 1 GiB"
    std::string rule;     ///< what denied it: "default filter: EPERM", "--pids 64"
    std::int64_t pid = 0; ///< as the sandbox counts, the first of them; 0: not known
    std::string program;  ///< its name; any bytes, the sandbox's own word. "": not known
    std::uint64_t count = 1;
    /// The narrowest option that would allow it, "--allow-syscall unshare", or a sentence that
    /// says why none does.
    std::string remedy;
};

/// Figures of the result. Keys in snake_case with the unit at the end: "memory_peak_bytes".
class Report {
public:
    virtual ~Report() = default;
    virtual void number(std::string_view key, double value) = 0;
    virtual void integer(std::string_view key, std::int64_t value) = 0;
    virtual void text(std::string_view key, std::string_view value) = 0;
    /// A limit in force: "memory_bytes", 1073741824.
    virtual void limit(std::string_view key, std::string_view value) = 0;
    /// Why it ended, when the plugin knows better than the wait status: "oom", "timeout".
    virtual void reason(std::string_view why) = 0;
    /// Printed and reported when Request::explain_denials was set; else nothing is done.
    virtual void denied(const Denial& denial) = 0;
};

/// What a plugin's runs share: made by the first that needs it, left to the others by all of them.
class Shared {
public:
    virtual ~Shared() = default;

    /// The entries so far, oldest first.
    [[nodiscard]] virtual std::vector<std::string> entries() const = 0;

    /// Writes an entry, before the thing it names is made; one that is there already is not written
    /// again. One line of text, any bytes but NUL and newline.
    [[nodiscard]] virtual Result<void> journal(std::string_view entry) = 0;
};

class Session {
public:
    virtual ~Session() = default;

    /// Of this run: 12 lower-case letters and digits; a name for cgroups, links, files.
    [[nodiscard]] virtual const std::string& run_id() const = 0;

    /// Writes an entry to the run's journal, before the thing it names is taken. One line of text,
    /// any bytes but NUL and newline. cleanup() gets the entries back, newest first, also after a
    /// crash.
    [[nodiscard]] virtual Result<void> journal(std::string_view entry) = 0;

    /// Makes this run a user of what the plugin's runs share, until it ends, and calls make() with
    /// the plugin's lock held: look whether everything is there, make what is not. Keep it short:
    /// other starts wait. [prepare], and later to mend what is shared
    [[nodiscard]] virtual Result<void> share(const std::function<Result<void>(Shared&)>& make) = 0;

    /// A number of [first, first + count) that no other run of this plugin's holds, until this run
    /// ends, however it ends. usable() turns down numbers that are taken in another way; it may be
    /// empty. Below 2^48. Errors: none is free, with error_number ENOSPC. [prepare]
    [[nodiscard]] virtual Result<std::uint64_t>
    lease(std::uint64_t first,
          std::uint64_t count,
          const std::function<bool(std::uint64_t)>& usable) = 0;

    /// Gives a slot of the plan its descriptor. The core closes it. [prepare]
    virtual void fill(const Slot& slot, sys::Fd fd) = 0;

    [[nodiscard]] virtual Log& log() = 0;

    /// The sandbox's init, once it is born; -1 before. Its pid is safe to use until exited().
    [[nodiscard]] virtual pid_t init_pid() const = 0;
    [[nodiscard]] virtual int init_pidfd() const = 0;
    /// The command's process as the host counts, once it has reported ready; -1 before.
    [[nodiscard]] virtual pid_t command_pid() const = 0;

    /// Calls back when the descriptor is ready. Stays the plugin's; must not block. [running]
    virtual void watch(int fd, short events, std::function<Result<void>(Session&, short)> call) = 0;
    virtual void unwatch(int fd) = 0;
    /// Calls back once, that long after the command has started. [running]
    virtual void after(std::chrono::nanoseconds delay,
                       std::function<Result<void>(Session&)> call) = 0;

    /// Calls back once with the listener of the plugin's own Filter (Filter::listens), right after
    /// the filter was loaded. Until then calls that it refuses wait. A descriptor that is closed
    /// makes the kernel answer with ENOSYS. [running]
    virtual void on_listener(std::function<Result<void>(Session&, sys::Fd)> call) = 0;

    /// Sends a signal to the command. [running]
    virtual void signal_command(int signal) = 0;
    /// Ends the run: kills every process of the sandbox. The first reason counts. [running]
    virtual void end(EndReason reason) = 0;
    /// Names the reason without ending the run yet (a time limit that first asks with TERM).
    /// [running]
    virtual void mark(EndReason reason) = 0;
};

} // namespace microbox::sdk
