// SPDX-License-Identifier: MIT
// Parses one --ulimit.
#include "ulimit.hpp"

#include "resources.hpp"

#include <microbox/sdk/nearest.hpp>
#include <microbox/sdk/units.hpp>

#include <algorithm>
#include <cstdint>

namespace microbox::limit_rlimit {

namespace {

constexpr std::uint64_t unlimited = UINT64_MAX;
constexpr std::uint64_t most = std::uint64_t{1} << 62U;

bool only_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

sdk::Result<std::uint64_t>
parse_value(std::string_view text, const Resource& resource, const std::string& where) {
    if (text == "unlimited" || text == "infinity" || text == "-1")
        return unlimited;
    // Digits alone are exact up to the last; parse_size counts in floating point.
    auto value = resource.bytes && !only_digits(text) ? sdk::parse_size(text, where, 0, most)
                                                      : sdk::parse_count(text, where, 0, most);
    if (!value.ok())
        value.error().what += ", or 'unlimited'";
    return value;
}

std::vector<std::string> names() {
    std::vector<std::string> result;
    for (const Resource& resource : resources())
        result.emplace_back(resource.name);
    return result;
}

} // namespace

std::string to_text(std::uint64_t value) {
    return value == unlimited ? "unlimited" : std::to_string(value);
}

sdk::Result<sdk::Rlimit> parse_ulimit(std::string_view text, const std::string& source) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0)
        return sdk::fail(source + ": '" + std::string(text) +
                         "' is not NAME=SOFT[:HARD], like nofile=1024:4096");
    const std::string name(text.substr(0, equals));
    const Resource* resource = find_resource(name);
    if (resource == nullptr) {
        const std::string near = sdk::nearest(name, names());
        std::string all;
        for (const std::string& known : names())
            all += (all.empty() ? "" : ", ") + known;
        return sdk::fail(source + ": unknown resource '" + name + "'" +
                             (near.empty() ? "" : ", did you mean " + near + "?"),
                         "known are " + all);
    }
    const std::string_view values = text.substr(equals + 1);
    const auto colon = values.find(':');
    const std::string where = source + " " + name;
    MBX_TRY(const std::uint64_t soft, parse_value(values.substr(0, colon), *resource, where));
    std::uint64_t hard = soft;
    if (colon != std::string_view::npos) {
        MBX_TRY(hard, parse_value(values.substr(colon + 1), *resource, where));
    }
    if (soft > hard)
        return sdk::fail(where + ": the soft limit " + to_text(soft) + " is above the hard limit " +
                         to_text(hard));
    return sdk::Rlimit{resource->number, soft, hard};
}

} // namespace microbox::limit_rlimit
