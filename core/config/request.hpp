// SPDX-License-Identifier: MIT
// From settings to a RunRequest: the grammar of microbox's own options.
#pragma once

#include "core/config/environment.hpp"
#include "core/config/options.hpp"
#include "core/config/settings.hpp"
#include "core/run/request.hpp"

#include <microbox/sdk/result.hpp>

#include <string>
#include <vector>

namespace microbox::core {

struct RequestMaterial {
    const Settings* settings = nullptr;
    const OptionTable* table = nullptr; ///< with the options of the plugins that take part
    std::vector<std::string> command;
    CommandEnvironment environment;
    std::string directory; ///< the caller's, for relative paths of the host
    Streams terminal = no_streams;
};

/// Everything but the modes and the required plugins. Errors: the option, its value, what is right.
/// [pure]
[[nodiscard]] sdk::Result<RunRequest> make_request(const RequestMaterial& material);

} // namespace microbox::core
