// SPDX-License-Identifier: MIT
// Provenance in errors: which option is wrong, and who said so. [pure]
#pragma once

#include <microbox/sdk/request.hpp>

#include <string>
#include <string_view>

namespace microbox::sdk {

/// How an error names an option's value: as its source does ("--storage", "profile ci: storage"),
/// or by the option's name when nobody gave it.
[[nodiscard]] inline std::string said(std::string_view option, const Given& given) {
    if (given.by_default || given.source.empty())
        return "--" + std::string(option);
    return given.source;
}

} // namespace microbox::sdk
