// SPDX-License-Identifier: MIT
#include "tests/faults/subject.hpp"

#include <filesystem>
#include <regex>
#include <sstream>

namespace microbox::faults {

namespace {

/// "ns net other": of the sandbox's own; "ns net ours": the world's.
std::string name_namespace(const std::string& line) {
    std::istringstream words(line);
    std::string word;
    std::string name;
    std::string link;
    words >> word >> name >> link;
    std::error_code failed;
    const auto ours = std::filesystem::read_symlink("/proc/self/ns/" + name, failed);
    return "ns " + name + (ours.string() == link ? " ours" : " other");
}

/// The mount's and its parent's number and its device are new each time.
std::string without_numbers(const std::string& line) {
    static const std::regex begin("^[0-9]+ [0-9]+ [0-9]+:[0-9]+ ");
    static const std::regex owner("(uid|gid)=[0-9]+");
    static const std::regex source("/microbox-test-[A-Za-z0-9]+");
    return std::regex_replace(
        std::regex_replace(std::regex_replace(line, begin, ""), owner, "$1=*"),
        source,
        "/microbox-test-*");
}

} // namespace

std::string account_of(const std::string& out) {
    static const std::regex pipe("pipe:\\[[0-9]+\\]");
    static const std::regex state("(?:memfd:)?(mbx-init parent 0) state .");
    static const std::regex run("microbox-[a-z0-9]{12}");
    std::istringstream lines(out);
    std::string account;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("ns "))
            line = name_namespace(line);
        else if (line.starts_with("hostname "))
            line = "hostname *";
        else if (line.starts_with("pid "))
            line = std::regex_replace(line, state, "$1");
        line = std::regex_replace(without_numbers(line), pipe, "pipe");
        account += std::regex_replace(line, run, "microbox-*") + "\n";
    }
    return account;
}

std::string coarse_account_of(const std::string& out) {
    static const std::regex refused("^(call [0-9]+) E[A-Z]+");
    std::istringstream lines(account_of(out));
    std::string account;
    for (std::string line; std::getline(lines, line);)
        if (!line.starts_with("rlimit nofile") && !line.starts_with("Seccomp_filters"))
            account += std::regex_replace(line, refused, "$1 refused") + "\n";
    return account;
}

std::string not_a_message(const std::string& errors) {
    constexpr std::size_t most_lines = 4; // an error and its hint, and what failed in the clean-up
    std::istringstream lines(errors);
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        if (!line.starts_with("microbox: ") && !line.starts_with("hint: "))
            return "a line that is not microbox's: " + line;
        if (count == 0 && line.starts_with("hint: "))
            return "a hint without an error";
    }
    if (count == 0)
        return "no message";
    if (count > most_lines)
        return "too many lines";
    return "";
}

} // namespace microbox::faults
