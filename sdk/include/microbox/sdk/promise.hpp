// SPDX-License-Identifier: MIT
// Promise: one sentence about the sandbox that `microbox verify` puts to the test from inside.
#pragma once

#include <string>
#include <vector>

namespace microbox::sdk {

/// `question` is asked of the prober, which runs in the command's place (the questions:
/// docs/reference/verify.md). The promise is held when the answer is one of `held`; a last `*`
/// stands for anything. An answer that begins with '?' says that it cannot be tested here, and why.
/// Without a question the plugin's verify() is the test: held when that has found nothing.
struct Promise {
    std::string text; ///< what is so: "no user namespace can be made"
    std::vector<std::string> question;
    std::vector<std::string> held;
};

} // namespace microbox::sdk
