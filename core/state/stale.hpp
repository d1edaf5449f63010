// SPDX-License-Identifier: MIT
// A normal start clears up after one killed run at most, so that its cost does not grow with them.
#pragma once

#include "core/state/folder.hpp"

namespace microbox::core {

void collect_one_stale(const StateFolder& state);

} // namespace microbox::core
