// SPDX-License-Identifier: MIT
#include "core/run/mountinfo.hpp"

#include "core/plan/paths.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

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

unsigned number(std::string_view word) {
    unsigned value = 0;
    std::from_chars(word.data(), word.data() + word.size(), value);
    return value;
}

/// Another mount stands on the very top of this one: its own children are out of reach, but not it.
bool is_topped(const MountLine& mount, const std::vector<MountLine>& all) {
    return std::any_of(all.begin(), all.end(), [&](const MountLine& other) {
        return other.id != mount.id && other.parent == mount.id && other.point == mount.point;
    });
}

/// The path of a mount leads into another one first, which hangs on the same mount, nearer to it.
bool is_passed_by(const MountLine& mount, const std::vector<MountLine>& all) {
    return std::any_of(all.begin(), all.end(), [&](const MountLine& other) {
        return other.id != mount.id && other.parent == mount.parent && other.point != mount.point &&
               lies_in(mount.point, other.point);
    });
}

MountLine parse_line(std::string_view line) {
    MountLine mount;
    mount.id = number(next_word(line));
    mount.parent = number(next_word(line));
    next_word(line); // device
    next_word(line); // root
    mount.point = unescape(next_word(line));
    mount.options = next_word(line);
    while (!line.empty()) {
        const std::string_view word = next_word(line);
        if (word == "-") {
            mount.type = next_word(line);
            break;
        }
        mount.hears_host |= word.starts_with("shared:") || word.starts_with("master:");
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

std::vector<MountLine> visible_mounts(const std::vector<MountLine>& mounts) {
    std::vector<MountLine> visible;
    std::set<unsigned> hidden;
    std::map<unsigned, std::string> topped;
    // Parents come before their children: what hangs on a hidden mount is hidden with it.
    for (const MountLine& mount : mounts) {
        const auto below = topped.find(mount.parent);
        const bool beside_the_top = below != topped.end() && below->second != mount.point;
        if (hidden.contains(mount.parent) || beside_the_top || is_passed_by(mount, mounts))
            hidden.insert(mount.id);
        else if (is_topped(mount, mounts))
            topped.emplace(mount.id, mount.point);
        else
            visible.push_back(mount);
    }
    return visible;
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

std::optional<std::string> first_cover(const std::vector<MountLine>& mounts,
                                       const std::string& point) {
    constexpr const char* always_empty[] = {"binfmt_misc",
                                            "autofs",
                                            "cgroup",
                                            "cgroup2",
                                            "debugfs",
                                            "tracefs",
                                            "securityfs",
                                            "configfs",
                                            "pstore",
                                            "efivarfs",
                                            "fusectl",
                                            "bpf",
                                            "selinuxfs"};
    for (const MountLine& mount : mounts) {
        if (mount.point.rfind(point + "/", 0) != 0)
            continue;
        if (std::find(std::begin(always_empty), std::end(always_empty), mount.type) ==
            std::end(always_empty))
            return mount.point;
    }
    return std::nullopt;
}

} // namespace microbox::core
