// SPDX-License-Identifier: MIT
// Every call of a mode's run, or a sample of them, failed once each, in several worlds at once.
#pragma once

#include "tests/faults/subject.hpp"

#include <string>

namespace microbox::faults {

enum class Depth {
    first, ///< each distinct call of each process at its first occurrence, with its likeliest error
    all,   ///< each occurrence, with each error
    killed ///< each occurrence: the process is killed there
};

/// What was wrong, a paragraph each; "": nothing. The figures go to standard output.
[[nodiscard]] std::string sweep(const Mode& mode, Depth depth);

} // namespace microbox::faults
