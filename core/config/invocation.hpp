// SPDX-License-Identifier: MIT
// Invocation: a command line, with what the configuration and the profile add, understood.
#pragma once

#include "core/config/surroundings.hpp"
#include "core/log/log.hpp"
#include "core/plugin/loaded.hpp"
#include "core/run/request.hpp"

#include <microbox/sdk/option.hpp>
#include <microbox/sdk/result.hpp>

#include <string>
#include <vector>

namespace microbox::core {

struct Invocation {
    RunRequest request;
    PluginSet plugins;
    std::vector<std::string> verb_flags; ///< flags of the verb that were given: "json"
    bool help = false;                   ///< --help was given; the rest is not filled
    bool version = false;                ///< --version was given; the rest is not filled

    [[nodiscard]] bool has(std::string_view flag) const;
};

/// Reads the words after the verb, chooses and opens the plugins, opens the log. verb_options: what
/// the verb has beside the options of a run.
[[nodiscard]] sdk::Result<Invocation> read_invocation(const std::vector<std::string>& words,
                                                      const std::vector<MbxOption>& verb_options,
                                                      const Surroundings& around);

} // namespace microbox::core
