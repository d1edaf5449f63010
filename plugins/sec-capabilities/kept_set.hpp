// SPDX-License-Identifier: MIT
// Which capabilities the command keeps: the default set, --cap-drop and --cap-add put together.
// [pure]
#pragma once

#include <microbox/sdk/plan.hpp>
#include <microbox/sdk/request.hpp>
#include <microbox/sdk/result.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace microbox::sec_capabilities {

/// Holds the number of the last capability that the running kernel knows.
constexpr const char* last_capability_file = "/proc/sys/kernel/cap_last_cap";

/// Docker's default set without MKNOD, NET_RAW and AUDIT_WRITE.
[[nodiscard]] std::uint64_t default_set();

struct KeptSet {
    std::uint64_t mask = 0;
    std::string source; ///< "default", or the options that changed it: "--cap-drop, --cap-add"
    std::vector<sdk::Notice> notices;
};

/// The wider word first: ALL sets the start, then names are dropped, then names are added. The text
/// is that of last_capability_file; it is read only when something is added. Errors: an unknown
/// name, one that this kernel does not know.
[[nodiscard]] sdk::Result<KeptSet> kept_set(const sdk::Request& request,
                                            const std::string& last_capability_text);

} // namespace microbox::sec_capabilities
