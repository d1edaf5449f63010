// SPDX-License-Identifier: MIT
// Garbage collection: releases what killed runs left, from their journals alone.
#pragma once

#include <microbox/sdk/result.hpp>

#include <string>
#include <vector>

namespace microbox::core {

struct Collected {
    std::vector<std::string> lines; ///< one for each thing released, or that would be
    bool complete = true;           ///< false: something could not be released; its line says why
};

/// dry_run: only says what it would do. all: also what runs share and nobody uses any more.
[[nodiscard]] sdk::Result<Collected> collect(bool dry_run, bool all);

} // namespace microbox::core
