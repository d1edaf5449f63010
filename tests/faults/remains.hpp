// SPDX-License-Identifier: MIT
// What stands in a world (world.hpp) that a run could have left: nothing else lives there.
#pragma once

#include <chrono>
#include <set>
#include <string>

#include <sys/types.h>

namespace microbox::faults {

/// As the process `seen_by` sees files and mounts: 1, or the holder of a plain user's namespace.
class Remains {
public:
    [[nodiscard]] static Remains take(pid_t seen_by);

    /// "": as before; otherwise one line for each thing more or less. The end of a process takes a
    /// moment, so it is looked at again until the time is over.
    [[nodiscard]] std::string
    difference_to_now(std::chrono::milliseconds patience = std::chrono::milliseconds(3000)) const;

private:
    pid_t seen_by_ = 1;
    std::set<std::string> facts_;
};

} // namespace microbox::faults
