// SPDX-License-Identifier: MIT
#include "rate.hpp"

#include <microbox/sdk/provenance.hpp>
#include <microbox/sdk/units.hpp>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace microbox::net_bridge {

sdk::Result<std::uint64_t> read_rate(const sdk::Request& request) {
    const sdk::Given* given = request.one("net-rate");
    if (given == nullptr)
        return std::uint64_t{0};

    const struct {
        std::string_view name;
        double bits;
    } units[] = {{"kbit", 1e3}, {"mbit", 1e6}, {"gbit", 1e9}};

    double number = 0;
    std::string_view unit;
    double bits = 0;
    if (sdk::detail::split_number(given->value, number, unit)) {
        std::string lower;
        for (const char c : unit)
            lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
        for (const auto& known : units)
            if (lower == known.name)
                bits = number * known.bits;
    }
    constexpr double least = 64e3;
    constexpr double most = 100e9;
    if (bits < least || bits > most)
        return sdk::fail(sdk::said("net-rate", *given) + ": '" + given->value +
                         "' is not a rate from 64kbit to 100gbit: a number with kbit, mbit or "
                         "gbit, like 10mbit");
    // 2.01gbit is not quite 2010 million bits as a double.
    return static_cast<std::uint64_t>(std::llround(bits / 8));
}

std::uint64_t burst_of(std::uint64_t bytes_per_second) {
    // 64 KiB is the largest packet that segmentation offload hands over.
    constexpr std::uint64_t least = 128U << 10U;
    constexpr std::uint64_t most = 64U << 20U;
    return std::clamp(bytes_per_second / 10, least, most);
}

} // namespace microbox::net_bridge
