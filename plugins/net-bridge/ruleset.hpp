// SPDX-License-Identifier: MIT
// The two tables: what a sandbox may send, reach and be reached by. Whatever belongs to one sandbox
// is an element of a set or a map; a chain has no rule for any of them. [pure]
#pragma once

#include <string>

namespace microbox::net_bridge {

/// Makes both tables, or puts their rules back to what they should be, in one transaction; the
/// elements of sandboxes stay.
[[nodiscard]] const std::string& ruleset();

} // namespace microbox::net_bridge
