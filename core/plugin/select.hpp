// SPDX-License-Identifier: MIT
// Selection: the plugins of one run, from the values of --fs and --net and what is installed.
#pragma once

#include "core/plugin/catalogue.hpp"

#include <microbox/sdk/request.hpp>
#include <microbox/sdk/result.hpp>

#include <string>
#include <vector>

namespace microbox::core {

struct Selection {
    sdk::Given filesystem;
    sdk::Given network;
    std::vector<std::string> required; ///< plugins that must take part
    /// The filesystem mode that is asked first when the value is a thing; "" asks none first.
    std::string filesystem_for_directory;
};

/// One mode by its value: a mode's name, NAME:ARG, or a thing that a mode's descriptor accepts.
struct ChosenMode {
    std::string plugin;
    std::string argument; ///< "" when the value is the mode's name
};

[[nodiscard]] sdk::Result<ChosenMode> choose_mode(const Catalogue& catalogue,
                                                  const Role& role,
                                                  const sdk::Given& value,
                                                  const std::string& first);

/// The two modes and every layer that is installed, opened. A layer that is refused, or required
/// and not there, is an error: a sandbox with one layer missing does not start.
[[nodiscard]] sdk::Result<PluginSet> select(const Catalogue& catalogue, const Selection& selection);

} // namespace microbox::core
