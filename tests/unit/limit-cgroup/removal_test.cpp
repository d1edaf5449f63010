// SPDX-License-Identifier: MIT
// What clean-up must not touch.
#include "removal.hpp"
#include "tests/support/fake_session.hpp"
#include "tests/support/plugin_under_test.hpp"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include <unistd.h>

namespace {

using namespace microbox;
using limit_cgroup::remove_cgroup;

TEST(CgroupRemoval, WhatNeverCameToBeIsRemovedAlready) {
    EXPECT_TRUE(remove_cgroup("/nowhere/microbox-abc", "abc").ok());
}

TEST(CgroupRemoval, PathsOfOthersAreLeftAlone) {
    for (const char* path : {"",
                             "microbox-abc",
                             "/",
                             "/sys/fs/cgroup",
                             "/sys/fs/cgroup/microbox-abd",
                             "/x/microbox-abc/",
                             "/x/microbox-abc/..",
                             "/x/microbox-"}) {
        EXPECT_FALSE(remove_cgroup(path, "abc").ok()) << path;
        EXPECT_FALSE(remove_cgroup(path, "").ok()) << path;
    }
}

TEST(CgroupRemoval, ADirectoryThatIsNoCgroupIsLeftAlone) {
    const auto directory =
        std::filesystem::temp_directory_path() / ("microbox-" + std::to_string(::getpid()));
    std::filesystem::create_directory(directory);
    auto removed = remove_cgroup(directory, std::to_string(::getpid()));
    EXPECT_TRUE(!removed.ok() &&
                removed.error().what.find("not in a cgroup file system") != std::string::npos);
    EXPECT_TRUE(std::filesystem::exists(directory));
    std::filesystem::remove(directory);
}

TEST(CgroupRemoval, CleanupGoesOnAfterAnEntryThatFails) {
    auto plugin = test::make_plugin();
    test::FakeLog log;
    auto all = plugin->cleanup({"abc", {"/bad", "/nowhere/microbox-abc"}}, log);
    ASSERT_FALSE(all.ok());
    EXPECT_NE(all.error().what.find("'/bad'"), std::string::npos);
    EXPECT_TRUE(plugin->cleanup({"abc", {}}, log).ok());
}

} // namespace
