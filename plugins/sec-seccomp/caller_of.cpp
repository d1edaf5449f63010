// SPDX-License-Identifier: MIT
#include "caller_of.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>
#include <charconv>

namespace microbox::seccomp {
namespace {

std::string read_of(std::string_view pid, const char* file) {
    auto text = sys::read_file("/proc/" + std::string(pid) + "/" + file);
    return text.ok() ? std::move(*text) : std::string();
}

} // namespace

std::string_view status_value(std::string_view status, std::string_view key) {
    // Name is the first line and escaped by the kernel (\n, \\): a program cannot forge another.
    const std::string wanted = "\n" + std::string(key) + ":";
    const auto at = status.find(wanted);
    if (at == std::string_view::npos)
        return {};
    auto value = status.substr(at + wanted.size());
    value = value.substr(0, value.find('\n'));
    const auto from = value.find_first_not_of(" \t");
    return from == std::string_view::npos ? std::string_view() : value.substr(from);
}

std::int64_t id_at_depth(std::string_view ids, std::size_t depth) {
    std::int64_t id = 0;
    std::size_t at = 0;
    while (at < ids.size() && depth > 0) {
        const auto end = std::min(ids.find('\t', at), ids.size());
        std::from_chars(ids.data() + at, ids.data() + end, id);
        at = end + 1;
        --depth;
    }
    return id;
}

std::size_t pid_depth(pid_t pid) {
    const std::string status = read_of(std::to_string(pid), "status");
    const auto ids = status_value(status, "NStgid");
    return ids.empty() ? 0 : static_cast<std::size_t>(std::count(ids.begin(), ids.end(), '\t')) + 1;
}

CallerOf caller_of(pid_t thread, std::size_t depth) {
    const std::string status = read_of(std::to_string(thread), "status");
    const auto process = status_value(status, "Tgid");
    if (process.empty())
        return {};
    std::string program = read_of(process, "comm");
    if (program.ends_with('\n'))
        program.pop_back();
    return {id_at_depth(status_value(status, "NStgid"), depth), std::move(program)};
}

} // namespace microbox::seccomp
