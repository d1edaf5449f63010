// SPDX-License-Identifier: MIT
// A container of runc's, as Docker starts one: its capabilities, covered paths, a /sys of its own.
#pragma once

#include "tests/support/sandbox.hpp"

#include <string>
#include <vector>

namespace microbox::testing {

struct ContainerSpec {
    std::vector<std::string> capabilities; ///< "CAP_CHOWN"
    bool covered = true;                   ///< the default maskedPaths and readonlyPaths
    unsigned user = 0;
};

/// Docker's default capabilities.
[[nodiscard]] std::vector<std::string> capabilities_of_docker();

/// Runs COMMAND in a container with the host's /usr and this build tree in it.
[[nodiscard]] Outcome run_in_container(const ContainerSpec& spec,
                                       const std::vector<std::string>& command);

/// microbox, as the container sees it.
[[nodiscard]] std::string binary_in_container();

} // namespace microbox::testing
