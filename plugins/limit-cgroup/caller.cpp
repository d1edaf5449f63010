// SPDX-License-Identifier: MIT
// Reads /proc/self/status (proc_pid_status(5)).
#include "caller.hpp"

#include "mounts.hpp"

#include <algorithm>
#include <charconv>

namespace microbox::limit_cgroup {

namespace {

std::uint32_t to_id(const std::string& word) {
    std::uint32_t id = 0;
    std::from_chars(word.data(), word.data() + word.size(), id);
    return id;
}

/// "Uid: REAL EFFECTIVE SAVED FILESYSTEM"
constexpr std::size_t filesystem_id = 4;

} // namespace

Caller read_caller(std::string_view status, bool privileged) {
    Caller caller;
    caller.privileged = privileged;
    for (const std::string& line : split(status, "\n")) {
        const auto words = split(line, " \t");
        if (words.size() < 2)
            continue;
        if (words[0] == "Pid:")
            caller.pid = words[1];
        else if (words[0] == "Uid:" && words.size() > filesystem_id)
            caller.uid = to_id(words[filesystem_id]);
        else if (words[0] == "Gid:" && words.size() > filesystem_id)
            caller.groups.push_back(to_id(words[filesystem_id]));
        else if (words[0] == "Groups:")
            std::transform(
                words.begin() + 1, words.end(), std::back_inserter(caller.groups), to_id);
    }
    return caller;
}

bool may_write(const Caller& caller, const sdk::PathFact& file) {
    constexpr std::uint32_t owner = 0200;
    constexpr std::uint32_t group = 0020;
    constexpr std::uint32_t others = 0002;
    if (!file.exists || caller.privileged)
        return file.exists;
    if (file.uid == caller.uid)
        return (file.mode & owner) != 0;
    const auto& groups = caller.groups;
    if (std::find(groups.begin(), groups.end(), file.gid) != groups.end())
        return (file.mode & group) != 0;
    return (file.mode & others) != 0;
}

} // namespace microbox::limit_cgroup
