// SPDX-License-Identifier: MIT
// A cgroup of v2 below which the cgroups of runs could be made, and what it could hold. [pure]
#pragma once

#include "caller.hpp"
#include "controller.hpp"

#include <microbox/sdk/facts.hpp>

#include <string>
#include <vector>

namespace microbox::limit_cgroup {

struct Place {
    std::string directory;
    std::string path; ///< as /proc/PID/cgroup names it
    Controllers held;
    Controllers to_enable;
    bool leave = false; ///< our own process must leave it first
    std::string why;    ///< why it does not hold more
    std::string remedy;
};

/// What decides about a place.
[[nodiscard]] std::vector<sdk::FactQuery> place_questions(const std::string& directory);

/// The processes that live in it matter only when a controller must be enabled below it.
[[nodiscard]] bool inhabitants_matter(const std::string& directory,
                                      const sdk::Facts& facts,
                                      const Controllers& wanted);
[[nodiscard]] sdk::FactQuery inhabitants_of(const std::string& directory);

/// What the caller can make of it.
[[nodiscard]] Place look_at_place(const std::string& directory,
                                  const std::string& path,
                                  const sdk::Facts& facts,
                                  const Controllers& wanted,
                                  const Caller& caller);

} // namespace microbox::limit_cgroup
