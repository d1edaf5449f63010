// SPDX-License-Identifier: MIT
// Trace: spans of the start-up in Chrome's trace format. Costs two clock reads a span.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace microbox::core {

class Trace {
public:
    /// Ends the span before it and starts the next one; names are literals.
    void span(const char* name);
    void end();

    /// {"traceEvents": [...]}; time in microseconds since the process was started by the kernel.
    [[nodiscard]] std::string json() const;

private:
    struct Span {
        const char* name;
        std::int64_t from_ns;
        std::int64_t to_ns;
    };

    std::vector<Span> spans_;
};

} // namespace microbox::core
