// SPDX-License-Identifier: MIT
#include "refusals.hpp"

#include <algorithm>
#include <charconv>

namespace microbox::net_bridge {

std::uint64_t refusals_of(Nft& nft, const Member& member) {
    std::uint64_t all = 0;
    for (const std::string& element : refused_of(member))
        if (const auto listed = nft.list("get element " + element, Nft::Form::json); listed.ok())
            all += packets_in(*listed);
    return all;
}

std::uint64_t packets_in(std::string_view listing) {
    constexpr std::string_view word = "packets";
    std::uint64_t sum = 0;
    for (auto at = listing.find(word); at != std::string_view::npos; at = listing.find(word, at)) {
        at += word.size();
        const auto from = std::min(listing.find_first_not_of("\": ", at), listing.size());
        std::uint64_t packets = 0;
        std::from_chars(listing.data() + from, listing.data() + listing.size(), packets);
        sum += packets;
    }
    return sum;
}

} // namespace microbox::net_bridge
