// SPDX-License-Identifier: MIT
// --net-rate: 10mbit, 500kbit, 1gbit. [pure]
#pragma once

#include <microbox/sdk/request.hpp>
#include <microbox/sdk/result.hpp>

#include <cstdint>

namespace microbox::net_bridge {

/// Bytes a second; 0 when there is no --net-rate. Errors: no rate; below 64kbit or above 100gbit.
[[nodiscard]] sdk::Result<std::uint64_t> read_rate(const sdk::Request& request);

/// What may pass at once: a tenth of a second's worth, and no less than a few large packets.
[[nodiscard]] std::uint64_t burst_of(std::uint64_t bytes_per_second);

} // namespace microbox::net_bridge
