// SPDX-License-Identifier: MIT
// FakeSession, FakeReport, FakeLog: a plugin's surroundings without a core; they note what it does.
#pragma once

#include <microbox/sdk/session.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace microbox::test {

class FakeLog : public sdk::Log {
public:
    void write(sdk::Level level, std::string_view text) override {
        lines.emplace_back(level, std::string(text));
    }

    std::vector<std::pair<sdk::Level, std::string>> lines;
};

class FakeReport : public sdk::Report {
public:
    void number(std::string_view key, double value) override { numbers[std::string(key)] = value; }

    void integer(std::string_view key, std::int64_t value) override {
        integers[std::string(key)] = value;
    }

    void text(std::string_view key, std::string_view value) override {
        texts[std::string(key)] = value;
    }

    void limit(std::string_view key, std::string_view value) override {
        limits[std::string(key)] = value;
    }

    void reason(std::string_view why) override { reasons.emplace_back(why); }

    void denied(const sdk::Denial& denial) override { denials.push_back(denial); }

    std::map<std::string, double> numbers;
    std::map<std::string, std::int64_t> integers;
    std::map<std::string, std::string> texts;
    std::map<std::string, std::string> limits;
    std::vector<std::string> reasons;
    std::vector<sdk::Denial> denials;
};

class FakeShared : public sdk::Shared {
public:
    [[nodiscard]] std::vector<std::string> entries() const override { return lines; }

    sdk::Result<void> journal(std::string_view entry) override {
        if (std::find(lines.begin(), lines.end(), entry) == lines.end())
            lines.emplace_back(entry);
        return {};
    }

    std::vector<std::string> lines;
};

class FakeSession : public sdk::Session {
public:
    struct Timer {
        std::chrono::nanoseconds delay;
        std::function<sdk::Result<void>(sdk::Session&)> call;
    };

    struct Watch {
        short events = 0;
        std::function<sdk::Result<void>(sdk::Session&, short)> call;
    };

    const std::string& run_id() const override { return id; }

    sdk::Result<void> journal(std::string_view entry) override {
        if (refuse_journal)
            return sdk::fail("the journal is full");
        entries.emplace_back(entry);
        if (on_journal)
            on_journal(entries.back());
        return {};
    }

    sdk::Result<void> share(const std::function<sdk::Result<void>(sdk::Shared&)>& make) override {
        return make(shared);
    }

    sdk::Result<std::uint64_t> lease(std::uint64_t first,
                                     std::uint64_t count,
                                     const std::function<bool(std::uint64_t)>& usable) override {
        for (std::uint64_t number = first; number < first + count; ++number)
            if (!usable || usable(number))
                return number;
        return sdk::fail_errno("lease", ENOSPC);
    }

    void fill(const sdk::Slot& slot, sys::Fd fd) override { slots[slot.name] = std::move(fd); }

    sdk::Log& log() override { return log_; }

    pid_t init_pid() const override { return init; }

    int init_pidfd() const override { return init_fd; }

    pid_t command_pid() const override { return command; }

    void watch(int fd,
               short events,
               std::function<sdk::Result<void>(sdk::Session&, short)> call) override {
        watches[fd] = Watch{events, std::move(call)};
    }

    void unwatch(int fd) override { watches.erase(fd); }

    void after(std::chrono::nanoseconds delay,
               std::function<sdk::Result<void>(sdk::Session&)> call) override {
        timers.push_back({delay, std::move(call)});
    }

    void on_listener(std::function<sdk::Result<void>(sdk::Session&, sys::Fd)> call) override {
        listener = std::move(call);
    }

    void signal_command(int signal) override { signals.push_back(signal); }

    void end(sdk::EndReason reason) override {
        if (!ended)
            ended = reason;
    }

    void mark(sdk::EndReason reason) override {
        if (!marked)
            marked = reason;
    }

    /// The journal as cleanup() gets it: newest first.
    [[nodiscard]] std::vector<std::string> newest_first() const {
        return {entries.rbegin(), entries.rend()};
    }

    std::string id = "abcdefgh1234";
    std::vector<std::string> entries;
    FakeShared shared;
    bool refuse_journal = false;
    std::function<void(const std::string&)> on_journal; ///< called at the moment of each entry
    std::map<std::string, sys::Fd> slots;
    FakeLog log_;
    std::function<sdk::Result<void>(sdk::Session&, sys::Fd)> listener;
    pid_t init = -1;
    int init_fd = -1;
    pid_t command = -1;
    std::map<int, Watch> watches;
    std::vector<Timer> timers;
    std::vector<int> signals;
    std::optional<sdk::EndReason> ended;
    std::optional<sdk::EndReason> marked;
};

} // namespace microbox::test
