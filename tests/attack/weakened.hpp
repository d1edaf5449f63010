// SPDX-License-Identifier: MIT
// Places that are less than a sandbox with the defaults, where attacks must work.
#pragma once

#include "tests/attack/world.hpp"

#include <string>
#include <vector>

namespace microbox::testing {

struct Weakened {
    std::string name;
    Outcome (*attack)(const World& world);
};

[[nodiscard]] const std::vector<Weakened>& weakened_places();

/// No sandbox: root of the machine, in a mount and a pid namespace so that nothing of the machine
/// changes. Rights that the caller has are passed on in every way there is. WHICH: "--only=T35*".
[[nodiscard]] Outcome attack_unsandboxed(const World& world, const std::string& which);

/// What only works where there is another host to reach: tried and shown to work in a laboratory.
[[nodiscard]] const std::vector<std::string>& attacks_of_networks();

} // namespace microbox::testing
