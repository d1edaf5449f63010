// SPDX-License-Identifier: MIT
// Names of capabilities and their numbers; what this plugin sees of libcap.
#pragma once

#include <microbox/sdk/result.hpp>

#include <string>
#include <string_view>

namespace microbox::sec_capabilities {

/// "ALL" in any case.
[[nodiscard]] bool is_all(std::string_view text);

/// "NET_ADMIN", "cap_net_admin", "Net_Admin" -> 12. Errors: an unknown name, with the nearest.
/// [pure]
[[nodiscard]] sdk::Result<unsigned> parse_capability(std::string_view text,
                                                     const std::string& source);

/// 12 -> "NET_ADMIN". [pure]
[[nodiscard]] std::string capability_name(unsigned number);

} // namespace microbox::sec_capabilities
