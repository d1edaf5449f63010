// SPDX-License-Identifier: MIT
// Parses /proc/PID/mountinfo (proc_pid_mountinfo(5)).
#include "mounts.hpp"

#include <algorithm>
#include <cstddef>

namespace microbox::limit_cgroup {

namespace {

/// fs/proc_namespace.c, mangle: blank, tab, newline and backslash are written as three octal
/// digits.
std::string unescape(std::string_view text) {
    std::string result;
    const auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 3 < text.size() && is_octal(text[i + 1]) &&
            is_octal(text[i + 2]) && is_octal(text[i + 3])) {
            result += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                                        (text[i + 3] - '0'));
            i += 3;
        } else {
            result += text[i];
        }
    }
    return result;
}

bool has(const std::vector<std::string>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

} // namespace

std::vector<std::string> split(std::string_view text, std::string_view separators) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(separators), text.size());
        if (end > 0)
            words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

std::optional<std::string> seen_at(const CgroupMount& mount, std::string_view path) {
    // "/..": outside of our cgroup namespace.
    if (path.starts_with("/.."))
        return std::nullopt;
    if (mount.root == "/")
        return path == "/" ? mount.point : mount.point + std::string(path);
    if (!path.starts_with(mount.root))
        return std::nullopt;
    path.remove_prefix(mount.root.size());
    if (!path.empty() && path.front() != '/')
        return std::nullopt;
    return mount.point + std::string(path);
}

std::vector<CgroupMount> cgroup_mounts(std::string_view mountinfo) {
    std::vector<CgroupMount> mounts;
    for (const std::string& line : split(mountinfo, "\n")) {
        // Most lines are of other file systems: not worth being taken apart.
        if (line.find(" - cgroup") == std::string::npos)
            continue;
        const auto fields = split(line, " ");
        const auto dash = std::find(fields.begin(), fields.end(), "-");
        // "ID PARENT DEVICE ROOT POINT OPTIONS [OPTIONAL...] - TYPE SOURCE SUPER_OPTIONS"
        if (dash - fields.begin() < 6 || fields.end() - dash < 4)
            continue;
        CgroupMount mount;
        const std::string& type = dash[1];
        if (type != "cgroup" && type != "cgroup2")
            continue;
        mount.version = type == "cgroup2" ? 2 : 1;
        mount.root = unescape(fields[3]);
        mount.point = unescape(fields[4]);
        mount.controllers = split(dash[3], ",");
        mount.read_only = has(split(fields[5], ","), "ro") || has(mount.controllers, "ro");
        mounts.push_back(std::move(mount));
    }
    return mounts;
}

} // namespace microbox::limit_cgroup
