// SPDX-License-Identifier: MIT
// Sizes, durations and counts, which every option, profile and file has: what the caller or the
// author of a profile writes. What is understood keeps to its bounds, and prints as what is
// understood as the same.
#include "tests/fuzz/target.hpp"

#include <microbox/sdk/units.hpp>

namespace microbox::fuzz {

namespace {

void size(std::string_view text) {
    const auto bytes = sdk::parse_size(text, "--size");
    is_told(bytes, "--size: '" + std::string(text) + "' is");
    if (!bytes.ok())
        return;
    HOLDS(*bytes >= 1 && *bytes <= std::uint64_t{1} << 62U);
    // Up to here every whole number is a double of its own.
    if (*bytes <= std::uint64_t{1} << 53U) {
        const auto again = sdk::parse_size(std::to_string(*bytes), "--size");
        HOLDS(again.ok() && *again == *bytes);
    }
    const auto narrow = sdk::parse_size(text, "--size", 4096, 1U << 20U);
    HOLDS(narrow.ok() == (*bytes >= 4096 && *bytes <= 1U << 20U) || *bytes == 1U << 20U);
}

void duration(std::string_view text) {
    const auto time = sdk::parse_duration(text, "--time");
    is_told(time, "--time: '" + std::string(text) + "' is");
    if (!time.ok())
        return;
    HOLDS(time->count() >= 1 && time->count() <= std::int64_t{10} * 366 * 86400 * 1000);
    const auto again = sdk::parse_duration(std::to_string(time->count()) + "ms", "--time");
    HOLDS(again.ok() && *again == *time);
}

void count(std::string_view text) {
    const auto number = sdk::parse_count(text, "--count", 1, 65535);
    is_told(number, "--count: '" + std::string(text) + "' is");
    if (!number.ok())
        return;
    HOLDS(*number >= 1 && *number <= 65535);
    const std::size_t zeros = text.find_first_not_of('0');
    HOLDS(text.substr(zeros) == std::to_string(*number));
}

} // namespace

void one(std::string_view text) {
    size(text);
    duration(text);
    count(text);
}

} // namespace microbox::fuzz
