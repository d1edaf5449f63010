// SPDX-License-Identifier: MIT
#include "core/run/mountinfo.hpp"

#include <algorithm>

namespace microbox::core {

namespace {

std::string_view next_word(std::string_view& line) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return word;
}

/// Blank, tab, newline and backslash stand as octal numbers (mangle in fs/proc_namespace.c).
std::string unescape(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto digit = [&](std::size_t at) {
            return at < text.size() && text[at] >= '0' && text[at] <= '7';
        };
        if (text[i] == '\\' && digit(i + 1) && digit(i + 2) && digit(i + 3)) {
            plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                                       (text[i + 3] - '0'));
            i += 3;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

MountLine parse_line(std::string_view line) {
    MountLine mount;
    for (int skipped = 0; skipped < 4; ++skipped)
        next_word(line); // id, parent, device, root
    mount.point = unescape(next_word(line));
    mount.options = next_word(line);
    while (!line.empty())
        if (next_word(line) == "-") {
            mount.type = next_word(line);
            break;
        }
    return mount;
}

} // namespace

bool MountLine::has(std::string_view option) const {
    std::string_view rest = options;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(','), rest.size());
        if (rest.substr(0, end) == option)
            return true;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

std::vector<MountLine> parse_mountinfo(std::string_view text) {
    std::vector<MountLine> mounts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (end != 0)
            mounts.push_back(parse_line(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return mounts;
}

} // namespace microbox::core
