// SPDX-License-Identifier: MIT
#include "core/plugin/folders.hpp"
#include "core/plugin/rights.hpp"

#include <cstdlib>
#include <optional>

#include <gtest/gtest.h>

#include <unistd.h>

namespace microbox::core {

namespace {

/// Sets a variable, and puts back what was there.
class Variable {
public:
    Variable(const char* name, const char* value) : name_(name) {
        if (const char* old = std::getenv(name))
            old_ = old;
        if (value != nullptr)
            ::setenv(name, value, 1);
        else
            ::unsetenv(name);
    }

    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

    ~Variable() {
        if (old_)
            ::setenv(name_, old_->c_str(), 1);
        else
            ::unsetenv(name_);
    }

private:
    const char* name_;
    std::optional<std::string> old_;
};

} // namespace

TEST(PluginFolders, StandBesideTheExecutable) {
    const Variable path("MICROBOX_PLUGIN_PATH", nullptr);

    const PluginFolders folders = plugin_folders();

    ASSERT_FALSE(folders.paths.empty());
    const std::string program = executable_path();
    const std::string bin = program.substr(0, program.rfind('/'));
    EXPECT_EQ(folders.paths[0], bin.substr(0, bin.rfind('/')) + "/lib/microbox/plugins");
    EXPECT_EQ(folders.ignored, "");
}

TEST(PluginFolders, ThePathIsSearchedFirst) {
    const Variable sudo("SUDO_UID", nullptr);
    const Variable pkexec("PKEXEC_UID", nullptr);
    const Variable path("MICROBOX_PLUGIN_PATH", "/a::/b:/a");

    const PluginFolders folders = plugin_folders();

    ASSERT_GE(folders.paths.size(), 3U);
    EXPECT_EQ(folders.paths[0], "/a");
    EXPECT_EQ(folders.paths[1], "/b");
    EXPECT_NE(folders.paths[2], "/a");
}

TEST(PluginFolders, ThePathOfSudosCallerDoesNotCount) {
    if (::geteuid() != 0)
        GTEST_SKIP() << "needs root: sudo's mark means something to root only";
    const Variable sudo("SUDO_UID", "1000");
    const Variable path("MICROBOX_PLUGIN_PATH", "/a");

    const PluginFolders folders = plugin_folders();

    EXPECT_NE(folders.paths[0], "/a");
    EXPECT_NE(folders.ignored.find("sudo"), std::string::npos);
}

TEST(PluginFolders, RootWhoUsesSudoIsRoot) {
    const Variable sudo("SUDO_UID", "0");
    const Variable pkexec("PKEXEC_UID", nullptr);
    const Variable path("MICROBOX_PLUGIN_PATH", "/a");

    EXPECT_EQ(plugin_folders().paths[0], "/a");
}

} // namespace microbox::core
