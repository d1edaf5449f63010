// SPDX-License-Identifier: MIT
// Stopping ourselves, for the caller's job control. All return after the SIGCONT, which is then
// taken from the queue: whoever stopped us knows of it.
#pragma once

namespace microbox::core {

/// As the terminal's stop key does. `group`: the whole process group, so that whoever stands in a
/// pipeline with us, or has started us in its own group, stops too. Does nothing in an orphaned
/// group: nobody could continue it.
void stop_as_by_key(bool group);

/// Whoever sent us a SIGTSTP is there to continue us.
void stop_at_once();

} // namespace microbox::core
