// SPDX-License-Identifier: MIT
// The command lines whose calls are failed.
#pragma once

#include "tests/faults/subject.hpp"

#include <vector>

namespace microbox::faults {

[[nodiscard]] inline std::vector<Mode> modes() {
    return {
        {"tmpfs", {"--fs", "tmpfs"}, false},
        {"system", {"--fs", "system"}, false},
        {"directory", {"--fs", "TINY", "--mount-rw", "SCRATCH:/data", "--net", "none"}, false},
        {"plain-user", {"--fs", "tmpfs"}, true},
    };
}

} // namespace microbox::faults
