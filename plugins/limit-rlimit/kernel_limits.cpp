// SPDX-License-Identifier: MIT
// Parses "Max open files            1024                 524288               files".
#include "kernel_limits.hpp"

#include <charconv>

namespace microbox::limit_rlimit {

namespace {

std::optional<std::uint64_t> next_value(std::string_view& rest) {
    const auto start = rest.find_first_not_of(' ');
    if (start == std::string_view::npos)
        return std::nullopt;
    rest.remove_prefix(start);
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    if (word == "unlimited")
        return UINT64_MAX;
    std::uint64_t value = 0;
    const auto parsed = std::from_chars(word.data(), word.data() + word.size(), value);
    if (parsed.ec != std::errc{} || parsed.ptr != word.data() + word.size())
        return std::nullopt;
    return value;
}

} // namespace

std::optional<KernelLimit> limit_of(std::string_view text, const Resource& resource) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        const std::string_view words = resource.kernel_words;
        if (line.substr(0, words.size()) != words)
            continue;
        line.remove_prefix(words.size());
        const auto soft = next_value(line);
        const auto hard = next_value(line);
        if (!soft || !hard)
            return std::nullopt;
        return KernelLimit{*soft, *hard};
    }
    return std::nullopt;
}

} // namespace microbox::limit_rlimit
