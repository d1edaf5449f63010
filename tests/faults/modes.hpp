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

/// One more, whose calls are failed too: what runs share stands already.
[[nodiscard]] inline std::vector<Mode> modes_and_networks() {
    std::vector<Mode> all = modes();
    all.push_back({"bridge", {"--fs", "tmpfs", "--net", "bridge"}, false});
    return all;
}

[[nodiscard]] inline std::string name_of_mode(const ::testing::TestParamInfo<Mode>& mode) {
    std::string name = mode.param.name;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

} // namespace microbox::faults
