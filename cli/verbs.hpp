// SPDX-License-Identifier: MIT
// The verbs of the command line. Each takes the words after it and returns the exit code.
#pragma once

#include "core/config/invocation.hpp"

#include <string>
#include <vector>

namespace microbox::cli {

using Words = std::vector<std::string>;

/// Looks at the first word; without a verb it is a run.
[[nodiscard]] int dispatch(const Words& words);

[[nodiscard]] int run(const Words& words);
[[nodiscard]] int plan(const Words& words);
[[nodiscard]] int plugins(const Words& words);
[[nodiscard]] int verify(const Words& words);
/// --verify of a run: 0 when a sandbox of the same plan has held everything that can be tested.
[[nodiscard]] int verify_first(core::Invocation& invocation);
[[nodiscard]] int doctor(const Words& words);
[[nodiscard]] int gc(const Words& words);
[[nodiscard]] int help();
[[nodiscard]] int version();

} // namespace microbox::cli
