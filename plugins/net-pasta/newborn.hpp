// SPDX-License-Identifier: MIT
// What becomes pasta: from the fork to the exec.
#pragma once

#include <string>
#include <vector>

namespace microbox::net_pasta {

struct Newborn {
    int users = -1;   ///< the cell's
    int network = -1; ///< becomes its standard input
    int ready = -1;   ///< its standard output
    int words = -1;   ///< its standard error
    int go = -1;      ///< a byte says that it is written down; the end, that we are gone
    bool own_tun = false;
    std::vector<char*> arguments; ///< with the null at the end
};

/// Allocates nothing. Ends with the calling process, whatever ends that; says on words what is
/// wrong.
[[noreturn]] void become_pasta(Newborn& newborn);

} // namespace microbox::net_pasta
