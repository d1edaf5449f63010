// SPDX-License-Identifier: MIT
// How the caller's terminal is used: depends on which standard streams are one, and decides about
// the modes of both terminals.
#pragma once

#include "core/terminal/streams.hpp"

#include <termios.h>

namespace microbox::core {

enum class Manner {
    keys,    ///< stdin and stdout: every key goes in as it is, the sandbox's terminal does the rest
    lines,   ///< stdin, not stdout: a pager may stand behind, so the terminal stays as it is
    on_wish, ///< not stdin: nothing is read until a program in the sandbox asks for single keys
};

[[nodiscard]] Manner manner_of(Streams terminals);

/// The caller's terminal while keys pass as they are. Only where the whole screen is the sandbox's
/// does the output pass as it is, too, and do the keys that make signals: beside a pipe they are
/// the whole pipeline's, unless the program inside has them as keys.
[[nodiscard]] termios raw_modes(termios modes, const termios& inside, Manner manner);

/// The sandbox's terminal at the start: what the caller's is, less what the caller's still does.
[[nodiscard]] termios modes_inside(termios modes, Manner manner);

/// A program in the sandbox has asked for single keys (or, where nothing is echoed for it, for
/// silence), so that the caller's terminal must stop editing lines.
[[nodiscard]] bool wants_keys(const termios& inside, Manner manner);

} // namespace microbox::core
