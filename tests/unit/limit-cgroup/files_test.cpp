// SPDX-License-Identifier: MIT
// Reading of what the kernel writes into the files of a cgroup.
#include "files.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include <unistd.h>

namespace {

using namespace microbox::limit_cgroup;

TEST(CgroupFiles, ThePathOfAControllerIsFound) {
    const char* text = "8:pids:/box\n2:cpu,cpuacct:/a:b\n9:name=systemd:/\n0::/unified/x\n";
    EXPECT_EQ(path_of(text, "pids"), "/box");
    EXPECT_EQ(path_of(text, "cpu"), "/a:b");
    EXPECT_EQ(path_of(text, ""), "/unified/x");
    EXPECT_FALSE(path_of(text, "memory"));
    EXPECT_FALSE(path_of(text, "cpuac"));
    EXPECT_FALSE(path_of("8:pids:/box\n", ""));
    EXPECT_FALSE(path_of("", ""));
}

TEST(CgroupFiles, KeyedNumbersAreFound) {
    const char* text = "low 0\noom_kill 3\noom_kill_disable 1\nbroken x\n";
    EXPECT_EQ(number_of(text, "oom_kill"), 3);
    EXPECT_FALSE(number_of(text, "oom"));
    EXPECT_FALSE(number_of(text, "broken"));
}

TEST(CgroupFiles, NamesAreJoinedBelowTheRoot) {
    EXPECT_EQ(join("/", "a"), "/a");
    EXPECT_EQ(join("/docker/x", "a"), "/docker/x/a");
}

TEST(CgroupFiles, ALimitThatIsNotHeldIsNamedWithBothValues) {
    const auto directory =
        std::filesystem::temp_directory_path() / ("cgroup-files-" + std::to_string(::getpid()));
    std::filesystem::create_directory(directory);
    std::ofstream(directory / "pids.max") << "max\n";
    EXPECT_TRUE(expect_value(directory, "pids.max", "max").ok());
    auto wrong = expect_value(directory, "pids.max", "512");
    EXPECT_TRUE(!wrong.ok() && wrong.error().what == "pids.max is max instead of 512");
    EXPECT_FALSE(expect_value(directory, "memory.max", "1").ok());
    EXPECT_FALSE(number_in(directory, "pids.max"));
    EXPECT_FALSE(number_in(directory, "pids.peak"));
    std::filesystem::remove_all(directory);
}

} // namespace
