// SPDX-License-Identifier: MIT
// What the sets and maps hold for one sandbox, in the words of nft(8) behind "add element". [pure]
#pragma once

#include "rtnl.hpp"
#include "settings.hpp"
#include "words.hpp"

#include <optional>
#include <string>
#include <vector>

namespace microbox::net_bridge {

/// One sandbox on the bridge.
struct Member {
    std::string link;       ///< the host's end
    std::uint32_t mark = 0; ///< of the run: whose an element of `taken` is
    Mac mac{};
    Address ip4;
    std::optional<Address> ip6;
};

/// "inet microbox taken { 10.44.0.7 : 0x00001234 }", ...
[[nodiscard]] std::vector<std::string> elements_of(const Member& member, const Settings& settings);

/// Those of them that count what is refused.
[[nodiscard]] std::vector<std::string> refused_of(const Member& member);

/// The ranges that are translated on their way out: no sandbox's own, and left in the table.
[[nodiscard]] std::vector<std::string> subnets_of(const Settings& settings,
                                                  const std::optional<Network>& prefix6);

/// What the kernel adds for it by itself.
[[nodiscard]] std::vector<std::string> counted_of(const Member& member);

/// The keys of what is published, without what they lead to: "inet microbox published4 { ... }".
[[nodiscard]] std::vector<std::string> published_keys(const Settings& settings);

} // namespace microbox::net_bridge
