// SPDX-License-Identifier: MIT
// Reads configuration files and finds profiles.
#pragma once

#include "core/config/surroundings.hpp"

#include <microbox/sdk/result.hpp>

#include <string>
#include <vector>

namespace microbox::core {

/// The text of a regular file of at most 1 MiB. With owners: only when it and the folders above it
/// are in their hands. Errors name the file.
[[nodiscard]] sdk::Result<std::string> read_configuration(const std::string& path,
                                                          const std::vector<uid_t>& owners);

/// NAME.json in the profile folders, never in the current one. Errors: a name that is no bare name;
/// no such profile, with the nearest one.
[[nodiscard]] sdk::Result<std::string>
find_profile(const std::string& name, const std::string& source, const Surroundings& surroundings);

} // namespace microbox::core
