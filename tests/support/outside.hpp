// SPDX-License-Identifier: MIT
// A running sandbox as the host sees it: its processes by a word of their command line, and what
// /proc says of them.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <sys/types.h>
#include <unistd.h>

namespace microbox::testing {

/// A word that no other test says: to be put on a probe's command line.
[[nodiscard]] inline std::string unique_word() {
    static int count = 0;
    return "word-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
}

[[nodiscard]] inline std::string content_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// The process that runs PROGRAM with this word among its arguments; -1 when there is none.
/// microbox itself has the word on its line too, but is not PROGRAM.
[[nodiscard]] inline pid_t process_with(const std::string& word,
                                        const std::string& program = "/probe") {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
        const pid_t pid = static_cast<pid_t>(std::atoi(entry.path().filename().c_str()));
        if (pid <= 0)
            continue;
        const std::string line = content_of(entry.path() / "cmdline");
        if (line.rfind(program + '\0', 0) == 0 && line.find(word) != std::string::npos)
            return pid;
    }
    return -1;
}

/// "Uid" of /proc/PID/status: "100000\t100000\t100000\t100000".
[[nodiscard]] inline std::string status_field(pid_t pid, const std::string& name) {
    std::istringstream lines(content_of("/proc/" + std::to_string(pid) + "/status"));
    for (std::string line; std::getline(lines, line);)
        if (line.rfind(name + ":\t", 0) == 0)
            return line.substr(name.size() + 2);
    return {};
}

/// "net:[4026531840]"; "" when it cannot be read.
[[nodiscard]] inline std::string namespace_of(const std::string& pid, const std::string& name) {
    std::error_code failed;
    const auto link = std::filesystem::read_symlink("/proc/" + pid + "/ns/" + name, failed);
    return failed ? std::string() : link.string();
}

/// The text behind a key of a report, up to the end of its line: "\"oom\"", "12".
[[nodiscard]] inline std::string report_value(const std::string& json, const std::string& key) {
    const std::size_t at = json.find('"' + key + "\": ");
    if (at == std::string::npos)
        return {};
    const std::size_t from = at + key.size() + 4;
    std::string value = json.substr(from, json.find('\n', from) - from);
    if (!value.empty() && value.back() == ',')
        value.pop_back();
    return value;
}

} // namespace microbox::testing
