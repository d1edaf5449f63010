// SPDX-License-Identifier: MIT
// Which of the three standard streams are a terminal, as a set of bits.
#pragma once

#include <string>
#include <vector>

namespace microbox::core {

/// Bit N stands for descriptor N.
using Streams = unsigned;

inline constexpr Streams no_streams = 0;
inline constexpr Streams stream_in = 1;
inline constexpr Streams stream_out = 2;
inline constexpr Streams stream_errors = 4;

/// Those of this process that are terminals.
[[nodiscard]] Streams terminals_of_this_process();

/// "stdin", "stdout", "stderr". [pure]
[[nodiscard]] std::vector<std::string> stream_words(Streams streams);

} // namespace microbox::core
