// SPDX-License-Identifier: MIT
// Reads and writes the files of a cgroup.
#include "files.hpp"

#include "mounts.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include <sys/stat.h>
#include <unistd.h>

namespace microbox::limit_cgroup {

namespace {

std::string_view trimmed(std::string_view text) {
    return text.substr(0, text.find_last_not_of(" \n") + 1);
}

std::optional<std::int64_t> to_number(std::string_view text) {
    std::int64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size())
        return std::nullopt;
    return value;
}

} // namespace

sdk::Result<void> make_cgroup(const std::string& path) {
    if (::mkdir(path.c_str(), 0755) == 0)
        return {};
    const int error = errno;
    const char* hint = "";
    if (error == EACCES || error == EPERM)
        hint = "limits need root, or a cgroup that is delegated to the caller";
    else if (error == EEXIST)
        hint = "left by a killed run: microbox gc";
    return sdk::fail_errno("make the cgroup " + path, error, hint);
}

sdk::Result<void>
write_value(const std::string& cgroup, const char* file, const std::string& value) {
    auto written = sys::write_file_at(AT_FDCWD, cgroup + "/" + file, value);
    if (!written.ok())
        written.error().what += " (value " + value + ")";
    return written;
}

sdk::Result<void>
expect_value(const std::string& cgroup, const char* file, std::string_view value) {
    MBX_TRY(const std::string text, sys::read_file(cgroup + "/" + file));
    if (trimmed(text) == value)
        return {};
    return sdk::fail(std::string(file) + " is " + std::string(trimmed(text)) + " instead of " +
                     std::string(value));
}

std::uint64_t whole_pages(std::uint64_t bytes) {
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    return bytes - bytes % page;
}

std::optional<std::int64_t> number_in(const std::string& cgroup, const char* file) {
    const auto text = sys::read_file(cgroup + "/" + file);
    return text.ok() ? to_number(trimmed(*text)) : std::nullopt;
}

std::optional<std::int64_t> number_of(std::string_view text, std::string_view key) {
    for (const std::string& line : split(text, "\n")) {
        const auto words = split(line, " ");
        if (words.size() == 2 && words[0] == key)
            return to_number(words[1]);
    }
    return std::nullopt;
}

std::optional<std::int64_t>
number_of_in(const std::string& cgroup, const char* file, std::string_view key) {
    const auto text = sys::read_file(cgroup + "/" + file);
    return text.ok() ? number_of(*text, key) : std::nullopt;
}

std::optional<std::string> path_of(std::string_view proc_cgroup, std::string_view controller) {
    for (const std::string& line : split(proc_cgroup, "\n")) {
        // "4:memory:/path", "2:cpu,cpuacct:/path", "0::/path"; a path may have colons.
        const auto first = line.find(':');
        const auto second = first == std::string::npos ? first : line.find(':', first + 1);
        if (second == std::string::npos)
            continue;
        const std::string names = line.substr(first + 1, second - first - 1);
        const auto list = split(names, ",");
        if (controller.empty() ? names.empty()
                               : std::find(list.begin(), list.end(), controller) != list.end())
            return line.substr(second + 1);
    }
    return std::nullopt;
}

std::string join(const std::string& directory, const std::string& name) {
    return directory == "/" ? "/" + name : directory + "/" + name;
}

} // namespace microbox::limit_cgroup
