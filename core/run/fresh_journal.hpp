// SPDX-License-Identifier: MIT
// The journal of a run that begins.
#pragma once

#include "core/state/journal.hpp"

#include <microbox/sdk/result.hpp>

namespace microbox::core {

/// Under an id that nobody has. Another start may take a journal for a stale one in the moment
/// before it is locked, and collect it: then this run takes another id. Errors: the state folder's.
[[nodiscard]] sdk::Result<Journal> fresh_journal(const StateFolder& folder);

} // namespace microbox::core
