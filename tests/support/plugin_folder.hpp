// SPDX-License-Identifier: MIT
// PluginFolder: a temporary folder with plugins of tests/fixtures, in hands that are trusted.
#pragma once

#include "core/plugin/catalogue.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <unistd.h>

namespace microbox::tests {

/// A folder below /tmp (sticky, root's) that only the owner can write; removed at the end.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = "/tmp/microbox-test-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr)
            throw std::runtime_error("mkdtemp");
        path_ = name;
        std::filesystem::permissions(path_, std::filesystem::perms(0755));
    }

    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::string& path() const { return path_; }

    /// Writes a file, its folders are made; returns its path.
    std::string
    write(const std::string& name, const std::string& text, unsigned mode = 0644) const {
        const std::filesystem::path file = std::filesystem::path(path_) / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
        std::filesystem::permissions(file, std::filesystem::perms(mode));
        return file;
    }

private:
    std::string path_;
};

class PluginFolder : public TemporaryFolder {
public:
    PluginFolder(const std::string& group, const std::vector<std::string>& names) {
        add(group, names);
    }

    void add(const std::string& group, const std::vector<std::string>& names) const {
        for (const std::string& name : names) {
            const std::string file = path() + "/" + name + ".so";
            std::filesystem::copy_file(
                std::string(MICROBOX_FIXTURE_PLUGINS) + "/" + group + "/" + name + ".so", file);
            std::filesystem::permissions(file, std::filesystem::perms(0755));
        }
    }

    [[nodiscard]] core::Catalogue catalogue() const {
        return core::Catalogue({path()}, {0, ::geteuid()});
    }
};

} // namespace microbox::tests
