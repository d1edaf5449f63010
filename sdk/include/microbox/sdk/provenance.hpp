// SPDX-License-Identifier: MIT
// Provenance in errors: which option is wrong, and who said so. [pure]
#pragma once

#include <microbox/sdk/request.hpp>

#include <string>
#include <string_view>

namespace microbox::sdk {

/// How an error names an option's value: "--storage", or "profile ci: --storage".
[[nodiscard]] inline std::string said(std::string_view option, const Given& given) {
    const std::string name = "--" + std::string(option);
    if (given.by_default || given.source.empty() || given.source.rfind('-', 0) == 0)
        return name;
    return given.source + ": " + name;
}

} // namespace microbox::sdk
