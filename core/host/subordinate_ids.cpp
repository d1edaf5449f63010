// SPDX-License-Identifier: MIT
#include "core/host/subordinate_ids.hpp"

#include "core/host/helper.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <sstream>

namespace microbox::core {

namespace {

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
    return whole ? std::optional(value) : std::nullopt;
}

void add(std::vector<SubordinateRange>& ranges,
         std::string_view owner,
         std::string_view first,
         std::string_view count) {
    constexpr std::uint64_t ids = std::uint64_t{1} << 32U;
    const auto from = number(first);
    const auto many = number(count);
    if (from && many && *many != 0 && *from < ids && *many <= ids - *from)
        ranges.push_back({std::string(owner), *from, *many});
}

template <class Take>
void each_line(std::string_view text, Take take) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        take(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

} // namespace

std::vector<SubordinateRange> parse_subordinate_ids(std::string_view text) {
    std::vector<SubordinateRange> ranges;
    each_line(text, [&](std::string_view line) {
        const std::size_t first = line.find(':');
        const std::size_t second =
            first == std::string_view::npos ? first : line.find(':', first + 1);
        if (second != std::string_view::npos && line[0] != '#')
            add(ranges,
                line.substr(0, first),
                line.substr(first + 1, second - first - 1),
                line.substr(second + 1));
    });
    return ranges;
}

std::vector<SubordinateRange> parse_getsubids(std::string_view text) {
    std::vector<SubordinateRange> ranges;
    each_line(text, [&](std::string_view line) {
        std::istringstream words{std::string(line)};
        std::string index;
        std::string owner;
        std::string first;
        std::string count;
        if (words >> index >> owner >> first >> count && index.back() == ':')
            add(ranges, owner, first, count);
    });
    return ranges;
}

bool has_other_subid_source(std::string_view nsswitch) {
    bool other = false;
    each_line(nsswitch, [&](std::string_view line) {
        std::istringstream words{std::string(line.substr(0, line.find('#')))};
        std::string word;
        if (!(words >> word) || word != "subid:")
            return;
        while (words >> word)
            other = other || word != "files";
    });
    return other;
}

sdk::Result<std::vector<SubordinateRange>>
subordinate_ids_of(const std::string& name, uid_t user, const char* file) {
    const auto nsswitch = sys::read_file("/etc/nsswitch.conf");
    if (nsswitch.ok() && has_other_subid_source(*nsswitch)) {
        std::vector<std::string> words = {"getsubids", name};
        if (std::string_view(file) == "/etc/subgid")
            words.insert(words.begin() + 1, "-g");
        if (const auto output = output_of(words); output.ok())
            return parse_getsubids(*output);
    }
    std::vector<SubordinateRange> ranges;
    const auto text = sys::read_file(file);
    if (!text.ok()) {
        const int error = text.error().error_number;
        if (error == ENOENT || error == EACCES)
            return ranges;
        return text.error();
    }
    const std::string as_number = std::to_string(user);
    for (SubordinateRange& range : parse_subordinate_ids(*text))
        if ((!name.empty() && range.owner == name) || range.owner == as_number)
            ranges.push_back(std::move(range));
    return ranges;
}

} // namespace microbox::core
