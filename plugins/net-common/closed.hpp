// SPDX-License-Identifier: MIT
// What is not the internet: private, link-local, metadata and special addresses. [pure]
#pragma once

#include "address.hpp"

#include <microbox/sdk/promise.hpp>

#include <vector>

namespace microbox::net {

[[nodiscard]] std::vector<Network> closed4();

/// With what carries an IPv4 address of the first list in an IPv6 one: a translator of the provider
/// (NAT64) would bring a packet for 64:ff9b::169.254.169.254 to the metadata service.
[[nodiscard]] std::vector<Network> closed6();

/// For `microbox verify`: one address that stands for all.
[[nodiscard]] sdk::Promise metadata_is_closed();

} // namespace microbox::net
