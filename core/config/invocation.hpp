// SPDX-License-Identifier: MIT
// Invocation: a command line, with what the configuration and the profile add, understood.
#pragma once

#include "core/config/surroundings.hpp"
#include "core/log/log.hpp"
#include "core/plugin/loaded.hpp"
#include "core/run/request.hpp"

#include <microbox/sdk/option.hpp>
#include <microbox/sdk/result.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace microbox::core {

struct Invocation {
    RunRequest request;
    PluginSet plugins;
    /// Options of the verb that were given: "json", and "" for a flag's value.
    std::map<std::string, std::string, std::less<>> verb_options;
    bool help = false;    ///< --help was given; the rest is not filled
    bool version = false; ///< --version was given; the rest is not filled

    [[nodiscard]] bool has(std::string_view option) const { return verb_options.contains(option); }
};

/// Whether a verb runs a command of the caller's: one is needed behind "--", or none is taken.
enum class Command { needed, none };

/// Reads the words after the verb, chooses and opens the plugins, opens the log. verb_options: what
/// the verb has beside the options of a run.
[[nodiscard]] sdk::Result<Invocation> read_invocation(const std::vector<std::string>& words,
                                                      const std::vector<MbxOption>& verb_options,
                                                      const Surroundings& around,
                                                      Command command = Command::needed);

} // namespace microbox::core
