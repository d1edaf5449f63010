// SPDX-License-Identifier: MIT
// A run in a process of its own: a start changes this process for good (a foothold, blocked
// signals), and a verification makes many.
#pragma once

#include <microbox/sdk/result.hpp>

#include <functional>
#include <string>

namespace microbox::core {

struct Apart {
    int code = 0; ///< exit code; 128+N when a signal ended it
    std::string out;
    std::string err;
};

/// Calls in a child with an empty standard input, and keeps what it says. At most 1 MiB of each
/// stream is read. Errors: no memory files, no process.
[[nodiscard]] sdk::Result<Apart> run_apart(const std::function<int()>& call);

/// The whole content of a memory file, at most 1 MiB.
[[nodiscard]] std::string text_of(int file);

} // namespace microbox::core
