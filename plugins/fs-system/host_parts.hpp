// SPDX-License-Identifier: MIT
// Which parts of the host a program needs to start, and how each gets into the root.
#pragma once

#include <microbox/sdk/facts.hpp>
#include <microbox/sdk/plan.hpp>
#include <microbox/sdk/result.hpp>

#include <vector>

namespace fs_system {

/// Everything that the two functions below look at. [pure]
std::vector<microbox::sdk::FactQuery> questions(const microbox::sdk::Facts& facts);

/// /usr, and /bin, /sbin, /lib* as the host has them: links stay links, directories are bound.
/// Errors: a host without /usr. [pure]
microbox::sdk::Result<void> add_programs(microbox::sdk::Fragment& fragment,
                                         const microbox::sdk::Facts& facts);

/// Single files and directories of /etc that hold no secret and without which programs fail: the
/// linker's cache, alternatives, certificates, time zone. What the host lacks is left out. [pure]
void add_settings(microbox::sdk::Fragment& fragment, const microbox::sdk::Facts& facts);

} // namespace fs_system
