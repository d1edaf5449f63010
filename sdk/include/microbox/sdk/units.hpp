// SPDX-License-Identifier: MIT
// One grammar for sizes, durations, counts and lists, for options, profiles and files alike. [pure]
#pragma once

#include <microbox/sdk/result.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace microbox::sdk {

/// A whole decimal number, no sign, no blanks.
[[nodiscard]] inline Result<std::uint64_t> parse_count(std::string_view text,
                                                       const std::string& source,
                                                       std::uint64_t least,
                                                       std::uint64_t most) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || end != text.data() + text.size() || error != std::errc{} || value < least ||
        value > most)
        return fail(source + ": '" + std::string(text) + "' is not a whole number from " +
                    std::to_string(least) + " to " + std::to_string(most));
    return value;
}

namespace detail {
/// Digits with an optional fraction, and what follows them. False when there are no digits.
inline bool split_number(std::string_view text, double& number, std::string_view& suffix) {
    std::size_t end = 0;
    bool point = false;
    while (end < text.size() &&
           ((text[end] >= '0' && text[end] <= '9') || (text[end] == '.' && !point))) {
        point = point || text[end] == '.';
        ++end;
    }
    if (end == 0 || text[0] == '.' || text[end - 1] == '.')
        return false;
    const auto parsed = std::from_chars(text.data(), text.data() + end, number);
    suffix = text.substr(end);
    return parsed.ec == std::errc{} && parsed.ptr == text.data() + end;
}
} // namespace detail

/// Bytes: "512M", "1g", "1GiB", "1.5GB", "4096". K, M, G, T are powers of 1024 whether or not B or
/// iB follows, in any case; a bare number is bytes. From `least` to `most`.
[[nodiscard]] inline Result<std::uint64_t> parse_size(std::string_view text,
                                                      const std::string& source,
                                                      std::uint64_t least = 1,
                                                      std::uint64_t most = std::uint64_t{1}
                                                                           << 62U) {
    const Error wrong = fail(source + ": '" + std::string(text) +
                             "' is not a size: a number with K, M, G or T, like 512M");
    double number = 0;
    std::string_view suffix;
    if (!detail::split_number(text, number, suffix))
        return wrong;
    std::string unit;
    for (const char c : suffix)
        unit += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    double factor = 0;
    constexpr std::string_view letters = "kmgt";
    if (unit.empty() || unit == "b") {
        factor = 1;
    } else if (const auto at = letters.find(unit[0]);
               at != std::string_view::npos &&
               (unit.size() == 1 || unit.substr(1) == "b" || unit.substr(1) == "ib")) {
        factor = 1024;
        for (std::size_t i = 0; i < at; ++i)
            factor *= 1024;
    } else {
        return wrong;
    }
    const double bytes = number * factor;
    if (bytes > static_cast<double>(most))
        return fail(source + ": '" + std::string(text) + "' is too large: at most " +
                    std::to_string(most) + " bytes");
    if (bytes < static_cast<double>(least))
        return fail(source + ": '" + std::string(text) + "' is too small: at least " +
                    std::to_string(least) + " bytes");
    return static_cast<std::uint64_t>(bytes);
}

/// A duration: "30s", "5m", "1h", "1.5d", "250ms"; a bare number is seconds. More than 0, at most
/// 10 years.
[[nodiscard]] inline Result<std::chrono::milliseconds> parse_duration(std::string_view text,
                                                                      const std::string& source) {
    double number = 0;
    std::string_view unit;
    double factor = 0;
    if (detail::split_number(text, number, unit)) {
        if (unit.empty() || unit == "s")
            factor = 1000;
        else if (unit == "ms")
            factor = 1;
        else if (unit == "m")
            factor = 60e3;
        else if (unit == "h")
            factor = 3600e3;
        else if (unit == "d")
            factor = 86400e3;
    }
    const double milliseconds = number * factor;
    if (factor == 0 || milliseconds < 1 || milliseconds > 10.0 * 366 * 86400e3)
        return fail(
            source + ": '" + std::string(text) +
            "' is not a duration: a number with ms, s, m, h or d, like 30s, up to ten years");
    return std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds));
}

} // namespace microbox::sdk
