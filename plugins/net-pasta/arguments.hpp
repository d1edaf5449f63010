// SPDX-License-Identifier: MIT
// The command line of pasta. [pure]
#pragma once

#include "host.hpp"

#include <string>
#include <vector>

namespace microbox::net_pasta {

/// pasta's standard input is the router's network, its standard output is told when it is ready: of
/// its descriptors it may close all but the first three.
[[nodiscard]] std::vector<std::string> pasta_arguments(const std::string& program,
                                                       const WaysOut& ways);

} // namespace microbox::net_pasta
