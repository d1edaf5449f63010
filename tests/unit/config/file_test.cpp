// SPDX-License-Identifier: MIT
#include "core/config/file.hpp"
#include "tests/support/plugin_folder.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace microbox::core {

namespace {

std::string fault(const std::string& path, const std::vector<uid_t>& owners) {
    const auto read = read_configuration(path, owners);
    return read.ok() ? "" : read.error().what;
}

} // namespace

TEST(ReadConfiguration, RefusesAFileThatOthersCanWrite) {
    const tests::TemporaryFolder folder;
    const std::string file = folder.write("c.json", "{}", 0666);

    EXPECT_NE(fault(file, {0, ::geteuid()}).find("can be written by everybody"), std::string::npos);
    EXPECT_EQ(fault(file, {}), "") << "a plain user's own business";
}

TEST(ReadConfiguration, RefusesAFileOfAStranger) {
    const tests::TemporaryFolder folder;

    EXPECT_NE(fault(folder.write("c.json", "{}"), {::geteuid() + 1}).find("belongs to user"),
              std::string::npos);
}

TEST(ReadConfiguration, RefusesWhatIsNoRegularFileWithoutWaiting) {
    const tests::TemporaryFolder folder;
    const std::string fifo = folder.path() + "/fifo";
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);

    EXPECT_NE(fault(fifo, {}).find("not a regular file"), std::string::npos);
    EXPECT_NE(fault(folder.path(), {}).find("not a regular file"), std::string::npos);
}

TEST(ReadConfiguration, RefusesAHugeFile) {
    const tests::TemporaryFolder folder;
    const std::string file = folder.write("c.json", std::string((1U << 20U) + 1, ' '));

    EXPECT_NE(fault(file, {}).find("larger than 1 MiB"), std::string::npos);
}

TEST(FindProfile, SearchesTheFoldersInTheirOrder) {
    const tests::TemporaryFolder first;
    const tests::TemporaryFolder second;
    second.write("ci.json", "{}");
    Surroundings around;
    around.profile_folders = {first.path(), second.path()};

    EXPECT_EQ(*find_profile("ci", "--profile", around), second.path() + "/ci.json");
    first.write("ci.json", "{}");
    EXPECT_EQ(*find_profile("ci", "--profile", around), first.path() + "/ci.json");
}

TEST(FindProfile, TakesBareNamesOnly) {
    for (const char* name : {"../ci", "/etc/ci", "a/b", ".", "..", ".hidden", "a b", ""}) {
        const auto found = find_profile(name, "--profile", {});
        ASSERT_FALSE(found.ok()) << name;
        EXPECT_NE(found.error().what.find("is not a profile's name"), std::string::npos);
    }
}

TEST(FindProfile, SuggestsTheNearest) {
    const tests::TemporaryFolder folder;
    folder.write("judge.json", "{}");
    Surroundings around;
    around.profile_folders = {folder.path()};

    const auto found = find_profile("juge", "--profile", around);

    ASSERT_FALSE(found.ok());
    EXPECT_NE(found.error().what.find("'juge'"), std::string::npos);
    EXPECT_EQ(found.error().hint, "did you mean 'judge'?");
}

} // namespace microbox::core
