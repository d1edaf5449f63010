// SPDX-License-Identifier: MIT
// A directory tree as comparable lines, so that a test can say what a run has changed on the host.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <sys/stat.h>

namespace microbox::testing {

/// Owners, modes, times of change and contents of everything below a directory.
class TreeState {
public:
    [[nodiscard]] static TreeState take(const std::string& top) {
        TreeState state;
        state.add(top, ".");
        for (const auto& entry : std::filesystem::recursive_directory_iterator(top))
            state.add(entry.path(), entry.path().lexically_relative(top));
        return state;
    }

    /// "": nothing differs; otherwise one line for each path that does.
    [[nodiscard]] std::string difference(const TreeState& later) const {
        std::string lines;
        for (const auto& [path, text] : entries_) {
            const auto other = later.entries_.find(path);
            if (other == later.entries_.end())
                lines += "gone: " + path + "\n";
            else if (other->second != text)
                lines += path + ": " + text + " -> " + other->second + "\n";
        }
        for (const auto& [path, text] : later.entries_)
            if (entries_.count(path) == 0)
                lines += "new: " + path + " " + text + "\n";
        return lines;
    }

private:
    void add(const std::filesystem::path& path, const std::string& name) {
        struct stat status {};

        if (::lstat(path.c_str(), &status) < 0)
            return;
        const auto number = [](auto value) { return " " + std::to_string(value); };
        // The time of status change moves with every chown, chmod, xattr and link: nothing escapes
        // it.
        std::string text = number(status.st_mode) + number(status.st_uid) + number(status.st_gid) +
                           number(status.st_nlink) + number(status.st_mtim.tv_sec) +
                           number(status.st_mtim.tv_nsec) + number(status.st_ctim.tv_sec) +
                           number(status.st_ctim.tv_nsec);
        constexpr off_t small = 4096;
        if (S_ISREG(status.st_mode) && status.st_size <= small) {
            std::ifstream file(path, std::ios::binary);
            text += " " + std::string(std::istreambuf_iterator<char>(file), {});
        }
        entries_[name] = text;
    }

    std::map<std::string, std::string> entries_;
};

/// TreeState::difference of now to `before`.
[[nodiscard]] inline std::string changed(const TreeState& before, const std::string& top) {
    return before.difference(TreeState::take(top));
}

} // namespace microbox::testing
