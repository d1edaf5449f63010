// SPDX-License-Identifier: MIT
// The listener of a filter on its way from the command's process to the supervisor.
//
// Behind the filter the command's process makes no call but execve(2), because a filter may refuse
// any other. So it sends nothing: until its exec, init has one table of descriptors with it
// (CLONE_FILES), finds the listener there by its number, which stands in a shared page, and sends
// it. The exec gives the command a table of its own, in which the listener is closed.
#pragma once

#include <cstdint>

namespace microbox::child {

/// A page of memory that is shared until the exec.
struct Handover {
    int wake;     ///< eventfd(2): a filter is about to be loaded
    int listener; ///< 0: not loaded yet; -1: there will be none
};

/// In init, before the command's process is made. nullptr and the errno when there is no memory or
/// no descriptor.
Handover* make_handover(int& error);

/// In the command's process, before and after the filters.
void announce(const Handover* handover);
void publish(Handover* handover, int listener);

/// In init, once a filter was announced: 0 as long as it is not loaded.
int look_for_listener(const Handover* handover);

} // namespace microbox::child
