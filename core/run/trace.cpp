// SPDX-License-Identifier: MIT
#include "core/run/trace.hpp"

#include <microbox/sys/file.hpp>

#include <cstdio>
#include <ctime>

namespace microbox::core {

namespace {

constexpr std::int64_t nanoseconds = 1000000000;

std::int64_t now(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return time.tv_sec * nanoseconds + time.tv_nsec;
}

/// When the kernel executed us, in CLOCK_BOOTTIME: field 22 of /proc/self/stat, in ticks of 10 ms.
/// Too coarse for a span of its own; the CPU time used so far is exact, and the start-up is all
/// CPU.
std::int64_t cpu_before() {
    return now(CLOCK_PROCESS_CPUTIME_ID);
}

} // namespace

void Trace::span(const char* name) {
    end();
    if (spans_.empty()) {
        const std::int64_t begun = now(CLOCK_MONOTONIC);
        spans_.push_back({"exec, linking, options, plugins", begun - cpu_before(), begun});
    }
    const std::int64_t from = now(CLOCK_MONOTONIC);
    spans_.push_back({name, from, 0});
}

void Trace::end() {
    if (!spans_.empty() && spans_.back().to_ns == 0)
        spans_.back().to_ns = now(CLOCK_MONOTONIC);
}

std::string Trace::json() const {
    std::string text = "{\"traceEvents\": [\n";
    const std::int64_t start = spans_.empty() ? 0 : spans_.front().from_ns;
    for (std::size_t i = 0; i < spans_.size(); ++i) {
        char line[256];
        static_cast<void>(std::snprintf(
            line,
            sizeof line,
            "{\"name\": \"%s\", \"cat\": \"start\", \"ph\": \"X\", \"pid\": 1, \"tid\": 1, "
            "\"ts\": %.3f, \"dur\": %.3f}%s\n",
            spans_[i].name,
            static_cast<double>(spans_[i].from_ns - start) / 1000.0,
            static_cast<double>(spans_[i].to_ns - spans_[i].from_ns) / 1000.0,
            i + 1 < spans_.size() ? "," : ""));
        text += line;
    }
    return text + "], \"displayTimeUnit\": \"ns\"}\n";
}

} // namespace microbox::core
