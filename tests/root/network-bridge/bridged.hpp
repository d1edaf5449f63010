// SPDX-License-Identifier: MIT
// Tests of --net bridge.
#pragma once

#include "tests/support/networked.hpp"

#include <string>
#include <utility>
#include <vector>

namespace microbox::testing {

using Bridged = Networked;

class Box : public NetworkedBox {
public:
    Box(std::vector<std::string> options, const std::vector<std::string>& services)
        : NetworkedBox("bridge", std::move(options), services) {}
};

[[nodiscard]] inline std::vector<std::string> bridged(std::vector<std::string> options,
                                                      const std::string& script) {
    return networked("bridge", std::move(options), script);
}

[[nodiscard]] inline Outcome run_bridged(const std::vector<std::string>& options,
                                         const std::string& script,
                                         const Options& how = {}) {
    return run_networked("bridge", options, script, how);
}

[[nodiscard]] inline std::string ask(const std::vector<std::string>& options,
                                     const std::string& words) {
    return ask_networked("bridge", options, words);
}

} // namespace microbox::testing
