// SPDX-License-Identifier: MIT
// The command lines whose calls are failed.
#pragma once

#include "tests/faults/subject.hpp"

#include <algorithm>
#include <string>
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

[[nodiscard]] inline std::string name_of_mode(const ::testing::TestParamInfo<Mode>& mode) {
    std::string name = mode.param.name;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

} // namespace microbox::faults
