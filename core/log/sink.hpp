// SPDX-License-Identifier: MIT
// Where log lines end: standard error, through spdlog. Only log.cpp includes this.
#pragma once

#include "core/log/log.hpp"

#include <string>

namespace microbox::core {

/// Prints finished text, or, as JSON, `{"time":...,"level":...,` in front of the members.
/// level_word: "info", "warning", "error", "weakened".
void sink_write(LogFormat format, const char* level_word, const std::string& text);

} // namespace microbox::core
