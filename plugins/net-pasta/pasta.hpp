// SPDX-License-Identifier: MIT
// The process of pasta: begun, waited for, watched. Its end is the journal's
// (sys/helper_process.hpp), and the kernel's when the supervisor is gone.
#pragma once

#include "cell.hpp"
#include "last_words.hpp"
#include "pipe.hpp"

#include <microbox/sdk/result.hpp>
#include <microbox/sdk/session.hpp>
#include <microbox/sys/fd.hpp>

#include <string>
#include <vector>

#include <sys/types.h>

namespace microbox::net_pasta {

/// Of its entry in the journal.
constexpr const char* journal_word = "pasta";

class Pasta {
public:
    Pasta() = default;
    Pasta(const Pasta&) = delete;
    Pasta& operator=(const Pasta&) = delete;
    ~Pasta() = default;

    /// Returns when its interface is there. Errors: in its own words. [attach]
    [[nodiscard]] sdk::Result<void> start(sdk::Session& session,
                                          const Cell& cell,
                                          std::vector<std::string> arguments,
                                          bool own_tun);

    /// The run ends when it does, with its last words. [running]
    [[nodiscard]] sdk::Result<void> watch(sdk::Session& session);

private:
    [[nodiscard]] sdk::Result<void> wait_until_ready(int ready);
    void listen();
    [[nodiscard]] sdk::Error ended();

    sys::Fd process_;
    sys::Fd words_; ///< what it says; does not wait
    LastWords last_;
};

} // namespace microbox::net_pasta
