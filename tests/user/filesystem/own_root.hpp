// SPDX-License-Identifier: MIT
// A plain user's own root file system, with the host's programs in it and directories of its own.
#pragma once

#include "tests/support/sandbox.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <sys/mman.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace microbox::testing {

/// Whether a tmpfs keeps an overlay's marks here.
[[nodiscard]] inline bool tmpfs_keeps_marks() {
    const int file = ::memfd_create("own-root", MFD_CLOEXEC);
    const bool keeps = ::fsetxattr(file, "user.test", "y", 1, 0) == 0;
    ::close(file);
    return keeps;
}

/// /data/old/{a,b} and /data/sub/deep/file lie in it.
class OwnRoot {
public:
    OwnRoot() {
        for (const char* name : {"data/old", "data/sub/deep", "usr"})
            std::filesystem::create_directories(path() + "/" + name);
        for (const char* name : {"bin", "lib", "lib64", "sbin"})
            std::filesystem::create_symlink(std::string("usr/") + name, path() + "/" + name);
        put("data/old/a", "lower a\n");
        put("data/old/b", "lower b\n");
        put("data/sub/deep/file", "lower file\n");
    }

    [[nodiscard]] const std::string& path() const { return root_.path(); }

    [[nodiscard]] std::vector<std::string> arguments(const std::string& script,
                                                     std::vector<std::string> options = {}) const {
        options.insert(options.end(),
                       {"--fs", path(), "--mount-ro", "/usr:/usr", "--", "sh", "-euc", script});
        return options;
    }

    [[nodiscard]] Outcome shell(const std::string& script,
                                std::vector<std::string> options = {}) const {
        Options with_time;
        with_time.timeout = std::chrono::seconds(60);
        return run(arguments(script, std::move(options)), with_time);
    }

    /// Names and contents of all files below /data.
    [[nodiscard]] std::string data() const {
        std::string text;
        for (const char* name : {"data/old/a", "data/old/b", "data/sub/deep/file"}) {
            std::ifstream in(path() + "/" + name);
            std::string line;
            std::getline(in, line);
            text += std::string(name) + ": " + line + "\n";
        }
        return text;
    }

private:
    void put(const std::string& name, const std::string& content) const {
        std::ofstream(path() + "/" + name) << content;
    }

    TinyRoot root_;
};

} // namespace microbox::testing
